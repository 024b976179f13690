import type { Socket } from 'socket.io';
import type {
  ClientToServerEvents,
  FeedKey,
  ServerToClientEvents,
  WireEvent,
} from '@discord-relay/contracts';

export type NoEvents = Record<string, never>;

/** A socket typed with the events of the live protocol. */
export type WireSocket<Data = unknown> = Socket<ClientToServerEvents, ServerToClientEvents, NoEvents, Data>;

/** A Socket.IO room: a channel's subscribers, those that see a guild's presence, or those that get a new snapshot. */
export type SocketTopic = FeedKey | `p:${string}` | `n:${number}`;

/** Sends to all sockets of a topic; the event is encoded once. Methods return whether the topic has sockets. */
export interface TopicBroadcaster {
  emit(topic: SocketTopic, event: WireEvent): boolean;
  send<E extends keyof ServerToClientEvents>(
    topic: SocketTopic,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): boolean;
}

/** The topic of a guild's members that subscribe to its channel list. */
export const presenceTopic = (guildId: string): `p:${string}` => `p:${guildId}`;
