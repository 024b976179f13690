import type { ServerResponse } from 'node:http';
import { AppError } from '@discord-relay/contracts';
import type { HealthRegistry, Logger } from '@discord-relay/platform';
import type { Principal } from '../access/principal.js';
import { EventStream, type StreamServices } from './event-stream.js';
import type { Selection } from './selection.js';
import { type OutletLimits, SseOutlet } from './sse-outlet.js';
import type { EndCause } from './stream-metrics.js';
import type { StreamSeats } from './stream-seats.js';

/** The longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** How long a client waits before it comes back; spread, so that those that were cut together do not return together. */
const RETRY_MS = { least: 1_000, spread: 2_000 };

export interface StreamLimits extends OutletLimits {
  heartbeatMs: number;
  /** Over how long those come back who are sent away together. */
  drainMs: number;
}

export interface StreamRequest {
  principal: Principal;
  address: string;
  selection: Selection;
  /** Cursor to go on after; NaN: not one of ours. */
  after?: number;
}

/** Every open stream of this process, from its request to its end. */
export class Streams {
  private readonly open = new Set<EventStream>();
  private timer: NodeJS.Timeout | undefined;
  private draining = false;

  constructor(
    private readonly services: StreamServices,
    private readonly seats: StreamSeats,
    private readonly limits: StreamLimits,
    private readonly health: HealthRegistry,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.services.metrics.watch(() => this.open.size);
    this.health.describe(() => ({ streams: this.open.size }));
    this.timer = setInterval(() => this.heartbeat(), this.limits.heartbeatMs).unref();
  }

  /** Before the HTTP server waits for its last answers. */
  beforeApplicationShutdown(): void {
    this.draining = true;
    clearInterval(this.timer);
    for (const stream of this.open) stream.end('drain', retryMs(this.limits.drainMs));
  }

  /** Begins a stream, which then lives by itself. @throws AppError when it could not: nothing was sent then */
  async begin(request: StreamRequest, response: ServerResponse): Promise<void> {
    if (this.draining) throw new AppError('SERVICE.UNAVAILABLE', 'stopping: reconnect');
    const { principal, address, selection, after } = request;
    const leave = this.seats.take({ userId: principal.id, address });
    const outlet = new SseOutlet(response, this.limits);
    const stream = new EventStream(principal, selection, outlet, this.services, (cause) =>
      this.ended(stream, expiry, leave, cause),
    );
    const expiry = expireAt(principal.expiresAtMs, () => stream.end('expired', retryMs()));
    this.open.add(stream);
    response.on('close', () => stream.close('client'));
    await this.run(stream, outlet, after);
  }

  /** Whoever holds this credential is sent away. */
  revoke(credential: string): void {
    for (const stream of this.open)
      if (stream.principal.credential === credential)
        stream.fail(new AppError('AUTH.TOKEN_REVOKED'), 'revoked');
  }

  private async run(stream: EventStream, outlet: SseOutlet, after: number | undefined): Promise<void> {
    try {
      await stream.open(after, retryMs());
    } catch (error) {
      const { opened } = outlet;
      stream.fail(error, 'failed');
      if (!opened) throw error;
    }
  }

  private ended(stream: EventStream, expiry: NodeJS.Timeout, leave: () => void, cause: EndCause): void {
    clearTimeout(expiry);
    leave();
    this.open.delete(stream);
    this.services.metrics.ended.inc({ cause });
    this.logger.debug({ userId: stream.principal.id, cause }, 'stream ended');
  }

  private heartbeat(): void {
    for (const stream of this.open) stream.heartbeat();
  }
}

export const retryMs = (spreadMs = RETRY_MS.spread): number => RETRY_MS.least + Math.random() * spreadMs;

function expireAt(atMs: number, expire: () => void): NodeJS.Timeout {
  return setTimeout(expire, Math.min(Math.max(0, atMs - Date.now()), MAX_TIMER_MS)).unref();
}
