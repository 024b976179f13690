import type { Server } from 'socket.io';
import type { ClientToServerEvents, ServerToClientEvents } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import type { SocketSession } from '../subscribe/socket-session.js';
import type { ConnectionSlot } from '../../limits/connection-limits.js';
import type { TokenBucket } from '../../limits/token-bucket.js';
import type { NoEvents, WireSocket } from '../wire/wire-socket.js';

/** Data of a socket. `principal` is set in the handshake, the rest on connection. */
export interface SocketData {
  principal: Principal;
  session: SocketSession;
  requestBucket: TokenBucket;
  /** When the token was found expired, by the monotonic clock. */
  tokenExpiredMs?: number | undefined;
  /** Undefined when the connection limits had no slot for it. */
  slot?: ConnectionSlot;
}

export type RelaySocket = WireSocket<SocketData>;
export type RelayServer = Server<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>;
