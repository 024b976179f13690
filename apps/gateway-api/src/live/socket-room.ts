import type { FeedKey } from '@discord-relay/contracts';

/** A channel's followers, who sees presence of a guild, or those to whom a channel is being sent anew. */
export type SocketRoom = FeedKey | `p:${string}` | `n:${number}`;
