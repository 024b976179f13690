import type { Server } from 'socket.io';
import type { ClientToServerEvents, ServerToClientEvents } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import type { SocketSession } from '../subscribe/socket-session.js';
import type { TokenBucket } from '../../limits/token-bucket.js';
import type { TokenExpiryTimer } from './token-expiry-timer.js';
import type { NoEvents, WireSocket } from '../wire/wire-socket.js';

/** What a socket carries: set by the handshake, the rest when it is connected. */
export interface SocketData {
  principal: Principal;
  session: SocketSession;
  requestBucket: TokenBucket;
  expiryTimer: TokenExpiryTimer;
  /** undefined: it had no seat. */
  releaseSlot?: () => void;
}

export type RelaySocket = WireSocket<SocketData>;
export type RelayServer = Server<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>;
