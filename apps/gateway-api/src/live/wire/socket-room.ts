import type { FeedKey, ServerToClientEvents, WireEvent } from '@discord-relay/contracts';

/** A channel's followers, who sees presence of a guild, or those to whom a channel is being sent anew. */
export type SocketRoom = FeedKey | `p:${string}` | `n:${number}`;

/** Speaks to everyone in a room, encoded once. Each returns whether there is anyone. */
export interface RoomVoice {
  emit(room: SocketRoom, event: WireEvent): boolean;
  tell<E extends keyof ServerToClientEvents>(
    room: SocketRoom,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): boolean;
}
