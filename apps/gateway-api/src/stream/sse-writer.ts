import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@discord-relay/contracts';
import { toWireError } from '../errors/wire-error.js';
import type { StreamWriter } from './stream-writer.js';
import { beginEvent, endEvent, retryAfter } from './sse-format.js';

/** How often a stream that is behind is looked at again. */
const POLL_MS = 20;

/** What the last words of a stream take at least to reach a client that reads. */
const MIN_FLUSH_MS = 1_000;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // A proxy that compresses collects first.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  // Whoever comes back does so over a new connection, which may lead to another replica.
  Connection: 'close',
};

export interface WriterLimits {
  /** What may wait to be read by the client. */
  maxBytes: number;
  /** How long a client may take to read what is more. */
  maxLagMs: number;
}

/** Everything that leaves through one response. */
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
    // The cursor of one guild is the number that its events bring along.
  }

  cursorAt(seq: number): string {
    return String(seq);
  }

  /** Returns false when the client is farther behind than it may be. What is written to one that is gone is dropped. */
  write(text: string): boolean {
    if (this.gone) return true;
    return this.response.write(text) || this.response.writableLength <= this.limits.maxBytes;
  }

  /**
   * Writes what may be more than may wait, and resolves when the client has read enough of it.
   * @throws AppError `SOCKET.TOO_SLOW`, or `SERVICE.UNAVAILABLE` when the client is gone
   */
  async writeAndDrain(text: string): Promise<void> {
    if (!this.gone) this.response.write(text);
    const untilMs = performance.now() + this.limits.maxLagMs;
    while (!this.gone && this.response.writableLength > this.limits.maxBytes / 2) {
      if (performance.now() > untilMs) throw new AppError('SOCKET.TOO_SLOW');
      await sleep(POLL_MS);
    }
    if (this.gone) throw new AppError('SERVICE.UNAVAILABLE', 'the stream is gone');
  }

  /** What was written is still sent to a client that reads it within `maxLagMs`; any other loses the rest. */
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
   * Ends a stream whose client reads too slowly. Nothing is added to what waits but the reason. The rest may be lost, an
   * event cut in two: clients drop half events.
   */
  disconnectSlow(): void {
    this.end(beginEvent('error', toWireError(new AppError('SOCKET.TOO_SLOW'))) + endEvent());
  }
}
