import type { ServerResponse } from 'node:http';
import { AppError } from '@discord-relay/contracts';
import type { VisibleEvent } from '../log/judge/event-judge.js';
import { formatCursor } from '../log/select/event-cursor.js';
import { UNBUFFERED } from '../network/unbuffered.js';

export type EventFormat = 'ndjson' | 'sse' | 'json';

export const MEDIA_TYPES: Readonly<Record<EventFormat, string>> = {
  ndjson: 'application/x-ndjson',
  sse: 'text/event-stream',
  json: 'application/json',
};

/** One is being written while the next events are encoded. */
const SPARE_BUFFERS = 2;
const SPARE_UP_TO_BYTES = 4_194_304;

/** Writes the events of one response, and waits while the client has not read what was written. */
export class EventWriter {
  private isFirst = true;
  /** Whether something was written since the last call of {@link isQuiet}. */
  private wrote = false;
  private waiting = false;
  /** Written to the socket, so that they can be used again: V8 frees buffers only after tens of megabytes of them. */
  private readonly spare: Buffer[] = [];

  /** @param stallMs how long a client may read nothing */
  constructor(
    private readonly response: ServerResponse,
    private readonly format: EventFormat,
    private readonly logId: string,
    private readonly stallMs: number,
  ) {}

  get opened(): boolean {
    return this.response.headersSent;
  }

  private get gone(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  open(): void {
    this.response.writeHead(200, {
      'Content-Type': `${MEDIA_TYPES[this.format]}; charset=utf-8`,
      ...UNBUFFERED,
    });
    this.response.flushHeaders();
  }

  /** Whether nothing was written since the previous call, and nothing waits for the client. */
  isQuiet(): boolean {
    const { wrote } = this;
    this.wrote = false;
    return !wrote && !this.waiting;
  }

  /** @throws AppError `SOCKET.TOO_SLOW` */
  async write(encoded: Uint8Array): Promise<void> {
    if (encoded.byteLength === 0 || this.gone) return;
    this.wrote = true;
    const written = () => this.reuse(encoded);
    if (!this.response.write(encoded, written)) await this.drained();
  }

  /** The cursor, for a client that has received nothing for a while. */
  heartbeat(seq: number, event: VisibleEvent): void {
    if (this.gone) return;
    if (this.format === 'sse') this.response.write(`: heartbeat\nid: ${this.cursor(seq)}\n\n`);
    if (this.format === 'ndjson') this.response.write(this.encode([event]));
  }

  end(): void {
    if (this.gone) return;
    this.response.end(this.format === 'json' ? (this.isFirst ? '[]' : ']\n') : undefined);
  }

  /** Without an end: in a JSON array, the client notices that it is not complete. */
  destroy(): void {
    this.response.destroy();
  }

  private cursor(seq: number): string {
    return formatCursor(this.logId, seq);
  }

  /** The text of events, to be written in the order in which they are encoded; do not keep it after it was written. */
  encode(events: readonly VisibleEvent[]): Uint8Array {
    const heads = events.map(({ seq, type }) => this.head(seq, type));
    const tail = { ndjson: '\n', sse: '\n\n', json: '' }[this.format];
    const size = events.reduce(
      (sum, { body }, i) => sum + heads[i]!.length + body.byteLength - 1 + tail.length,
      0,
    );
    const buffer = this.bufferOf(size);
    let at = 0;
    events.forEach(({ body }, i) => {
      const head = heads[i]!;
      // The last character of the head replaces the opening brace of the body.
      const bodyAt = at + head.length - 1;
      buffer.set(body, bodyAt);
      buffer.write(head, at, 'latin1');
      at = bodyAt + body.byteLength;
      at += buffer.write(tail, at, 'latin1');
    });
    return buffer.subarray(0, size);
  }

  /** A buffer of at least this size. */
  private bufferOf(size: number): Buffer {
    const { spare } = this;
    const fitting = spare.findIndex(({ length }) => length >= size);
    if (fitting !== -1) return spare.splice(fitting, 1)[0]!;
    spare.pop();
    return Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(size)));
  }

  private reuse({ buffer }: Uint8Array): void {
    if (buffer.byteLength <= SPARE_UP_TO_BYTES && this.spare.length < SPARE_BUFFERS)
      this.spare.push(Buffer.from(buffer as ArrayBuffer));
  }

  private head(seq: number, type: string): string {
    const cursor = this.cursor(seq);
    const open = `{"seq":${seq},"cursor":"${cursor}",`;
    if (this.format === 'ndjson') return open;
    if (this.format === 'sse') return `id: ${cursor}\nevent: ${type}\ndata: ${open}`;
    const separator = this.isFirst ? '[' : ',\n';
    this.isFirst = false;
    return separator + open;
  }

  /** Resolves when the client has read what was written, or has disconnected. */
  private async drained(): Promise<void> {
    const { response } = this;
    this.waiting = true;
    const isSlow = await new Promise<boolean>((resolve) => {
      const settle = (slow: boolean) => {
        clearTimeout(timer);
        response.off('drain', read).off('close', read);
        resolve(slow);
      };
      const read = () => settle(false);
      const timer = setTimeout(() => settle(true), this.stallMs);
      if (response.destroyed) read();
      else response.on('drain', read).on('close', read);
    });
    this.waiting = false;
    if (isSlow) throw new AppError('SOCKET.TOO_SLOW');
  }
}
