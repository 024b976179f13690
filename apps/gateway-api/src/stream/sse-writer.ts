import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@discord-relay/contracts';
import { toWireError } from '../errors/wire-error.js';
import { UNBUFFERED } from '../network/unbuffered.js';
import type { StreamWriter } from './stream-writer.js';
import { beginEvent, endEvent, retryAfter } from './sse-format.js';

/** How often a stream that is behind is checked again. */
const POLL_MS = 20;

/** Minimum time for the last data of a stream to reach a client that reads. */
const MIN_FLUSH_MS = 1_000;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  ...UNBUFFERED,
  // The client reconnects over a new connection, which may reach another replica.
  Connection: 'close',
};

export interface WriterLimits {
  /** Maximum number of unread bytes. */
  maxBytes: number;
  /** How long a client may take to read the bytes beyond that. */
  maxLagMs: number;
}

/** Writes one response. */
export class SseWriter implements StreamWriter {
  constructor(
    private readonly response: ServerResponse,
    private readonly limits: WriterLimits,
  ) {}

  get gone(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  get opened(): boolean {
    return this.response.headersSent;
  }

  open(retryMs: number): void {
    this.response.writeHead(200, HEADERS);
    this.response.flushHeaders();
    this.write(retryAfter(retryMs));
  }

  setPosition(): void {
    // Nothing to store: the cursor of one guild is the `seq` of its events.
  }

  cursorAt(seq: number): string {
    return String(seq);
  }

  /** Returns false if the client is further behind than allowed. Data for a client that has disconnected is dropped. */
  write(text: string): boolean {
    if (this.gone) return true;
    return this.response.write(text) || this.response.writableLength <= this.limits.maxBytes;
  }

  /**
   * Writes data that may exceed the limit, and resolves when the client has read enough of it.
   * @throws AppError `SOCKET.TOO_SLOW`, or `SERVICE.UNAVAILABLE` when the client has disconnected
   */
  async writeAndDrain(text: string): Promise<void> {
    if (!this.gone) this.response.write(text);
    const untilMs = performance.now() + this.limits.maxLagMs;
    while (!this.gone && this.response.writableLength > this.limits.maxBytes / 2) {
      if (performance.now() > untilMs) throw new AppError('SOCKET.TOO_SLOW');
      await sleep(POLL_MS);
    }
    if (this.gone) throw new AppError('SERVICE.UNAVAILABLE', 'the client has disconnected');
  }

  /** Data already written is still sent to a client that reads it within `maxLagMs`; other clients lose the rest. */
  end(text: string): void {
    if (this.gone) return;
    this.response.end(text);
    const destroy = setTimeout(
      () => this.response.destroy(),
      Math.max(MIN_FLUSH_MS, this.limits.maxLagMs),
    ).unref();
    this.response.once('close', () => clearTimeout(destroy));
  }

  /**
   * Ends a stream whose client reads too slowly, with the reason as its last event. Unread data may be lost, also in the middle
   * of an event: clients drop partial events.
   */
  disconnectSlow(): void {
    this.end(beginEvent('error', toWireError(new AppError('SOCKET.TOO_SLOW'))) + endEvent());
  }
}
