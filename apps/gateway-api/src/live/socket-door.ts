import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { bearerToken, type TokenVerifier } from '../auth/token-verifier.js';
import type { GatewayApiConfig } from '../config.js';
import type { LiveMetrics } from './live-metrics.js';
import type { RelaySocket } from './relay-socket.js';
import { SocketOutlet } from './socket-outlet.js';
import type { SessionServices } from './session-services.js';
import { SocketSession } from './socket-session.js';
import { TokenBucket } from './token-bucket.js';
import { toWireError } from './wire-error.js';

type DoorConfig = Pick<GatewayApiConfig, 'SOCKET_BUFFER_MAX_BYTES' | 'SOCKET_REQUESTS_PER_S'>;

/** A burst is what a client needs that joins all its channels again. */
const BURST_SECONDS = 10;
/** The longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Who comes in, with what, and until when. */
export class SocketDoor {
  private shutting = false;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly services: SessionServices,
    private readonly config: DoorConfig,
    private readonly metrics: LiveMetrics,
    private readonly logger: Logger,
  ) {}

  /** Resolves to why the socket is refused: its `connect_error` carries `data: {code, message, retryable}`. */
  async admit(socket: RelaySocket): Promise<Error | undefined> {
    try {
      if (this.shutting) throw new AppError('SERVICE.UNAVAILABLE');
      socket.data.principal = await this.verifier.verify(tokenOf(socket));
      return undefined;
    } catch (failure) {
      const data = toWireError(failure);
      this.metrics.authFailures.inc({ code: data.code });
      this.logger.info({ code: data.code }, 'socket refused');
      return Object.assign(new Error(data.message), { data });
    }
  }

  open(socket: RelaySocket): void {
    const { data } = socket;
    const { SOCKET_BUFFER_MAX_BYTES: maxBytes, SOCKET_REQUESTS_PER_S: ratePerS } = this.config;
    const outlet = new SocketOutlet(socket, maxBytes, this.metrics, this.logger);
    data.session = new SocketSession(data.principal, outlet, this.services);
    data.bucket = new TokenBucket(ratePerS, ratePerS * BURST_SECONDS, performance.now());
    this.awaitExpiry(socket);
    // The handshake keeps what is needed; the request behind it would stay in memory as long as the socket.
    Object.assign(socket.conn, { request: undefined });
    const { id, role, username } = data.principal;
    outlet.emit('user_info', { id, role, ...(username && { username }) });
    this.logger.info({ socketId: socket.id, userId: id }, 'socket connected');
  }

  close(socket: RelaySocket, reason: string): void {
    clearTimeout(socket.data.expiry);
    socket.data.session.close();
    this.logger.info({ socketId: socket.id, userId: socket.data.principal.id, reason }, 'socket gone');
  }

  /** Refuses everyone from now on. */
  shut(): void {
    this.shutting = true;
  }

  private awaitExpiry(socket: RelaySocket): void {
    const leftMs = socket.data.principal.expiresAtMs - Date.now();
    socket.data.expiry = setTimeout(
      () => (leftMs > MAX_TIMER_MS ? this.awaitExpiry(socket) : this.expire(socket)),
      Math.min(Math.max(0, leftMs), MAX_TIMER_MS),
    ).unref();
  }

  private expire(socket: RelaySocket): void {
    this.metrics.authFailures.inc({ code: 'AUTH.TOKEN_EXPIRED' });
    socket.emit('error', toWireError(new AppError('AUTH.TOKEN_EXPIRED')));
    socket.disconnect(true);
  }
}

function tokenOf({ handshake }: RelaySocket): unknown {
  const auth = handshake.auth as Record<string, unknown> | undefined;
  return auth?.token ?? bearerToken(handshake.headers.authorization);
}
