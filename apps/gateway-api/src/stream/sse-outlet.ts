import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@discord-relay/contracts';

/** How often a stream that is behind is looked at again. */
const LOOK_AGAIN_MS = 20;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // A proxy that compresses collects first.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  // Whoever comes back does so over a new connection, which may lead to another replica.
  Connection: 'close',
};

/** Everything that leaves through one response. */
export class SseOutlet {
  /** `maxBytes`: what may wait to be read by the client. */
  constructor(
    private readonly response: ServerResponse,
    private readonly maxBytes: number,
  ) {}

  get gone(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  get opened(): boolean {
    return this.response.headersSent;
  }

  /** From here on nothing can be told by a status any more. */
  open(): void {
    this.response.writeHead(200, HEADERS);
    this.response.flushHeaders();
  }

  /** Returns false when the client is farther behind than it may be. What is written to one that is gone is dropped. */
  write(text: string): boolean {
    if (this.gone) return true;
    return this.response.write(text) || this.response.writableLength <= this.maxBytes;
  }

  /** Waits while more than half of the budget is unread: a snapshot must not be what breaks it. @throws AppError */
  async writable(): Promise<void> {
    while (!this.gone && this.response.writableLength > this.maxBytes / 2) await sleep(LOOK_AGAIN_MS);
    if (this.gone) throw new AppError('SERVICE.UNAVAILABLE', 'the stream is gone');
  }

  /** What was written is still sent. */
  end(text: string): void {
    if (!this.gone) this.response.end(text);
  }

  /** What was written may be lost, an event cut in two: clients drop half events. */
  cut(): void {
    this.response.destroy();
  }
}
