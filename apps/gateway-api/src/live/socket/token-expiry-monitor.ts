import { wallClockMs } from '@discord-relay/platform';
import type { ConnectionGuard } from './connection-guard.js';
import type { RelaySocket } from './relay-socket.js';
import type { SocketServer } from './socket-server.js';

/** Until the next check, requests are refused already, because each one checks the token as well. */
const CHECK_EVERY_MS = 1_000;

/**
 * Tells sockets that their token has expired, and disconnects them when its grace period ends without a new token. It has one timer for
 * all sockets: one for each would take 0.6 KB.
 */
export class TokenExpiryMonitor {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Pick<SocketServer, 'sockets'>,
    private readonly guard: Pick<ConnectionGuard, 'tokenExpired' | 'disconnect'>,
    private readonly graceMs: number,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.checkAll(), CHECK_EVERY_MS).unref();
  }

  /** Not sooner: until then, sockets drain and receive. */
  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private checkAll(): void {
    for (const socket of this.server.sockets()) this.check(socket);
  }

  private check(socket: RelaySocket): void {
    const { data } = socket;
    if (data.principal.expiresAtMs > wallClockMs()) {
      if (data.tokenExpiredMs !== undefined) data.tokenExpiredMs = undefined;
      return;
    }
    if (data.tokenExpiredMs === undefined) {
      data.tokenExpiredMs = performance.now();
      this.guard.tokenExpired(socket);
    }
    if (performance.now() - data.tokenExpiredMs >= this.graceMs)
      this.guard.disconnect(socket, 'AUTH.TOKEN_EXPIRED');
  }
}
