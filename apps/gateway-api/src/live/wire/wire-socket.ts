import type { Socket } from 'socket.io';
import type {
  ClientToServerEvents,
  FeedKey,
  ServerToClientEvents,
  WireEvent,
} from '@discord-relay/contracts';

export type NoEvents = Record<string, never>;

/** A socket that speaks the live protocol. */
export type WireSocket<Data = unknown> = Socket<ClientToServerEvents, ServerToClientEvents, NoEvents, Data>;

/** A channel's followers, who sees presence of a guild, or those to whom a channel is being sent anew. */
export type SocketTopic = FeedKey | `p:${string}` | `n:${number}`;

/** Speaks to everyone in a topic, encoded once. Each returns whether there is anyone. */
export interface TopicBroadcaster {
  emit(topic: SocketTopic, event: WireEvent): boolean;
  send<E extends keyof ServerToClientEvents>(
    topic: SocketTopic,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): boolean;
}

/** The topic of those who belong to a guild and follow its channels. */
export const presenceTopic = (guildId: string): `p:${string}` => `p:${guildId}`;
