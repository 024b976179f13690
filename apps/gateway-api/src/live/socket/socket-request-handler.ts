import { type Ack, AppError } from '@discord-relay/contracts';
import { type Logger, wallClockMs } from '@discord-relay/platform';
import type { LiveMetrics } from '../../metrics/live-metrics.js';
import type { RelaySocket, SocketData } from './relay-socket.js';
import { toWireError } from '../../errors/wire-error.js';

/** Maximum number of queued requests of one socket. */
const MAX_PENDING = 500;

/** Handles the requests of sockets: limits their rate, answers every request, and measures and logs each one once. */
export class SocketRequestHandler {
  constructor(
    private readonly metrics: LiveMetrics,
    private readonly logger: Logger,
  ) {}

  /** Never rejects: a failure is sent as the answer and as an `error` event. */
  async handle<T extends object>(
    socket: RelaySocket,
    event: string,
    work: (data: SocketData) => Promise<T>,
  ): Promise<Ack<T>> {
    const startedAtMs = performance.now();
    try {
      this.checkRate(socket, event);
      checkToken(socket, event);
      const result = await work(socket.data);
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

/** In the grace period of an expired token, subscriptions continue but requests are refused. */
function checkToken({ data }: RelaySocket, event: string): void {
  if (event === 'refresh_token' || data.principal.expiresAtMs > wallClockMs()) return;
  throw new AppError('AUTH.TOKEN_EXPIRED');
}
