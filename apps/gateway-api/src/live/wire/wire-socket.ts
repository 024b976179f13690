import type { Socket } from 'socket.io';
import type { ClientToServerEvents, ServerToClientEvents } from '@discord-relay/contracts';

export type NoEvents = Record<string, never>;

/** A socket that speaks the live protocol. */
export type WireSocket<Data = unknown> = Socket<ClientToServerEvents, ServerToClientEvents, NoEvents, Data>;
