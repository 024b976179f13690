import { type Ack, AppError } from '@discord-relay/contracts';
import { type Logger, shorten, wallClockMs } from '@discord-relay/platform';
import type { LiveMetrics } from '../../metrics/live-metrics.js';
import { toWireError } from '../../errors/wire-error.js';
import type { RequestHandlers } from './live-requests.js';
import type { RelaySocket } from './relay-socket.js';

/** Maximum number of queued requests of one socket. */
const MAX_PENDING = 500;
/** Maximum length of an unknown event name that is repeated in a response. */
const MAX_NAME_CHARS = 64;

type Handler = RequestHandlers[keyof RequestHandlers];
type Acknowledge = (answer: Ack<object>) => void;

/**
 * Passes requests of sockets to their handlers: limits their rate, answers every request, and measures and logs each one once. NestJS
 * would bind every handler for every socket, which takes 2 KB for each.
 */
export class RequestDispatcher {
  private readonly handlers: ReadonlyMap<string, Handler>;
  /** One function for all sockets: Socket.IO calls it with the socket as `this`. */
  private readonly listener: (this: RelaySocket, event: string, ...args: unknown[]) => void;

  constructor(
    handlers: RequestHandlers,
    private readonly metrics: LiveMetrics,
    private readonly logger: Logger,
  ) {
    this.handlers = new Map(Object.entries(handlers));
    const dispatch = this.dispatch.bind(this);
    this.listener = function (event, ...args) {
      void dispatch(this, event, args);
    };
  }

  /** Handles the requests of the socket from now on. */
  listen(socket: RelaySocket): void {
    socket.onAny(this.listener);
  }

  /** Never rejects: a failure is sent as the answer and as an `error` event. */
  private async dispatch(socket: RelaySocket, event: string, args: unknown[]): Promise<void> {
    const acknowledge = typeof args.at(-1) === 'function' ? (args.pop() as Acknowledge) : undefined;
    const handler = this.handlers.get(event);
    const body = args.length > 1 ? args : args[0];
    const answer = handler
      ? await this.handle(socket, event, () => handler(socket, body))
      : refuse(socket, event);
    acknowledge?.(answer);
  }

  private async handle(
    socket: RelaySocket,
    event: string,
    work: () => Promise<object>,
  ): Promise<Ack<object>> {
    const startedAtMs = performance.now();
    try {
      this.checkRate(socket, event);
      checkToken(socket, event);
      const result = await work();
      this.record(socket, event, 'ok', startedAtMs);
      return { ok: true, ...result };
    } catch (failure) {
      const error = { ...toWireError(failure), event };
      this.record(socket, event, error.code, startedAtMs, failure);
      if (error.code !== 'REQUEST.RATE_LIMITED') socket.emit('error', error);
      return { ok: false, error };
    }
  }

  private checkRate(socket: RelaySocket, event: string): void {
    const { requestBucket: bucket, session } = socket.data;
    const waitMs = session.pending >= MAX_PENDING ? 1_000 : bucket.take(performance.now());
    if (waitMs === 0) return;
    this.metrics.rateLimited.inc({ event });
    socket.emit('rate_limited', { event, retryAfterMs: waitMs });
    throw new AppError('REQUEST.RATE_LIMITED');
  }

  private record(
    socket: RelaySocket,
    event: string,
    result: string,
    startedAtMs: number,
    failure?: unknown,
  ): void {
    const durationMs = performance.now() - startedAtMs;
    if (event === 'join_channel') {
      this.metrics.joins.inc({ result });
      if (!failure) this.metrics.snapshotSeconds.observe(durationMs / 1_000);
    }
    const line = { socketId: socket.id, event, result, durationMs: Math.round(durationMs) };
    if (result === 'SERVICE.INTERNAL') this.logger.error({ ...line, err: failure }, 'socket request');
    else this.logger.debug(line, 'socket request');
  }
}

/** Refuses an unknown request. */
function refuse(socket: RelaySocket, event: string): Ack<object> {
  const error = {
    ...toWireError(new AppError('REQUEST.INVALID', 'unknown request')),
    event: shorten(event, MAX_NAME_CHARS),
  };
  socket.emit('error', error);
  return { ok: false, error };
}

/** In the grace period of an expired token, subscriptions continue but requests are refused. */
function checkToken({ data }: RelaySocket, event: string): void {
  if (event === 'refresh_token' || data.principal.expiresAtMs > wallClockMs()) return;
  throw new AppError('AUTH.TOKEN_EXPIRED');
}
