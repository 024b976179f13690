import { AppError, type ErrorCode } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { Principal } from '../../access/principal.js';
import type { AuditLog } from '../../auth/audit/audit-log.js';
import { bearerToken, type TokenVerifier } from '../../auth/tokens/token-verifier.js';
import type { GatewayApiConfig } from '../../config.js';
import { ClientAddresses } from '../../network/client-address.js';
import { clientNetwork } from '../../network/ip-address.js';
import { ConnectionLimits, type ConnectionSlot } from '../../limits/connection-limits.js';
import type { LiveMetrics } from '../../metrics/live-metrics.js';
import type { RelaySocket } from './relay-socket.js';
import type { SessionServices } from '../subscribe/session-services.js';
import { SocketWriter } from '../wire/socket-writer.js';
import { SocketSession } from '../subscribe/socket-session.js';
import { TokenBucket } from '../../limits/token-bucket.js';
import { toWireError } from '../../errors/wire-error.js';

export type ConnectionGuardConfig = Pick<
  GatewayApiConfig,
  | 'SOCKET_BUFFER_MAX_BYTES'
  | 'SOCKET_REQUESTS_PER_S'
  | 'MAX_SOCKETS_PER_USER'
  | 'MAX_SOCKETS_PER_ADDRESS'
  | 'TRUSTED_PROXIES'
  | 'TRUSTED_PROXY_HEADER'
>;

/** Allows the burst of requests with which a client rejoins all of its channels. */
const BURST_SECONDS = 10;

/** The handshake of a socket that is open. */
const NO_HANDSHAKE = Object.freeze({ headers: {}, query: {}, auth: {} });

/** Records connections and refusals. */
interface ConnectionLog {
  audit: AuditLog;
  logger: Logger;
}

/** Authenticates sockets, enforces the connection limits, and disconnects sockets whose token is no longer valid. */
export class ConnectionGuard {
  private stopping = false;
  private readonly limits: ConnectionLimits;
  private readonly addresses: ClientAddresses;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly services: SessionServices,
    private readonly config: ConnectionGuardConfig,
    private readonly metrics: LiveMetrics,
    private readonly log: ConnectionLog,
  ) {
    this.limits = new ConnectionLimits(config.MAX_SOCKETS_PER_USER, config.MAX_SOCKETS_PER_ADDRESS);
    this.addresses = new ClientAddresses(config);
  }

  /** Resolves to the `connect_error` of a refused socket, with `data: {code, message, retryable}`; undefined if it is accepted. */
  async authenticate(socket: RelaySocket): Promise<Error | undefined> {
    try {
      socket.data.principal = await this.verifier.verify(tokenOf(socket));
      if (this.stopping) throw new AppError('SERVICE.UNAVAILABLE');
      // Only checks for a free slot; `openSession` acquires it, because a socket that never connects would not release it.
      this.acquireSlot(socket).release();
      return undefined;
    } catch (failure) {
      const data = toWireError(failure);
      this.recordRefusal(socket, data.code as ErrorCode);
      return Object.assign(new Error(data.message), { data });
    }
  }

  /** Returns false when the connection limits do not allow another one: then the socket is being disconnected. */
  openSession(socket: RelaySocket): boolean {
    const { data } = socket;
    const { SOCKET_BUFFER_MAX_BYTES: maxBytes, SOCKET_REQUESTS_PER_S: ratePerS } = this.config;
    const writer = new SocketWriter(socket, maxBytes, this.metrics, this.log.logger);
    data.session = new SocketSession(data.principal, writer, this.services);
    data.requestBucket = new TokenBucket(ratePerS, ratePerS * BURST_SECONDS, performance.now());
    const admitted = this.admit(socket);
    releaseRequest(socket);
    if (!admitted) return false;
    const { id, role, username } = data.principal;
    writer.emit('user_info', { id, role, ...(username && { username }) });
    this.log.logger.info({ socketId: socket.id, userId: id }, 'socket connected');
    return true;
  }

  closeSession(socket: RelaySocket, reason: string): void {
    const { data } = socket;
    data.session.close();
    data.slot?.release();
    const userId = data.principal.id;
    this.log.logger.info({ socketId: socket.id, userId, reason }, 'socket disconnected');
  }

  /** Replaces the token by a newer one of the same user. @throws AppError `AUTH.FORBIDDEN` for another user's token, or `AUTH.*` */
  async refreshToken({ data }: RelaySocket, token: string): Promise<Principal> {
    const principal = await this.verifier.verify(token);
    if (principal.id !== data.principal.id || principal.role !== data.principal.role)
      throw new AppError('AUTH.FORBIDDEN', 'the token belongs to another user');
    data.principal = principal;
    data.session.replacePrincipal(principal);
    data.tokenExpiredMs = undefined;
    return principal;
  }

  /** Disconnects the sockets that authenticated with this credential. */
  revoke(sockets: readonly RelaySocket[], credential: string): void {
    const theirs = sockets.filter(({ data }) => data.principal.credential === credential);
    for (const socket of theirs) this.disconnect(socket, 'AUTH.TOKEN_REVOKED');
  }

  /** Tells a socket that it needs a new token. */
  tokenExpired(socket: RelaySocket): void {
    socket.emit('error', toWireError(new AppError('AUTH.TOKEN_EXPIRED')));
  }

  /** Disconnects a socket, with the code of the reason in an `error` event. */
  disconnect(socket: RelaySocket, code: ErrorCode): void {
    this.metrics.authFailures.inc({ code });
    socket.emit('error', toWireError(new AppError(code)));
    socket.disconnect(true);
  }

  /** Refuses every new socket. */
  stopAccepting(): void {
    this.stopping = true;
  }

  private acquireSlot(socket: RelaySocket): ConnectionSlot {
    const { principal } = socket.data;
    return this.limits.acquire({ userId: principal.id, address: clientNetwork(this.addressOf(socket)) });
  }

  private addressOf({ handshake }: RelaySocket): string {
    return this.addresses.of(handshake.address, handshake.headers);
  }

  private recordRefusal(socket: RelaySocket, code: ErrorCode): void {
    this.metrics.authFailures.inc({ code });
    this.log.logger.info({ code }, 'socket refused');
    if (!code.startsWith('AUTH.')) return;
    const address = this.addressOf(socket);
    this.log.audit.record({ action: 'access.refused', target: 'socket', address, code });
  }

  private admit(socket: RelaySocket): boolean {
    try {
      // A revocation during the handshake did not reach this socket, because it was not listed yet.
      this.verifier.check(socket.data.principal);
      socket.data.slot = this.acquireSlot(socket);
      return true;
    } catch (error) {
      this.disconnect(socket, toWireError(error).code as ErrorCode);
      return false;
    }
  }
}

/** Drops the handshake request with its token and headers, which would otherwise stay in memory as long as the socket. */
function releaseRequest(socket: RelaySocket): void {
  Object.assign(socket.conn, { request: undefined });
  Object.assign(socket, { handshake: NO_HANDSHAKE });
}

function tokenOf({ handshake }: RelaySocket): unknown {
  const auth = handshake.auth as Record<string, unknown> | undefined;
  return auth?.token ?? bearerToken(handshake.headers.authorization);
}
