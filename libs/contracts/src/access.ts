import type { OverwriteState } from './events/channel-events.js';
import type { Snowflake } from './snowflake.js';

/** One part of what decides who may see what in a guild, as it is from this change on. */
export type AccessChange =
  /** `left`: the bot is not in the guild any more. */
  | { of: 'guild'; ownerId: Snowflake | null; left: boolean }
  /** `permissions`: decimal bits; null: the role is gone. */
  | { of: 'role'; roleId: Snowflake; permissions: string | null }
  /** `timedOutUntil`: ISO 8601. `left`: no member any more. */
  | { of: 'member'; userId: Snowflake; roleIds: Snowflake[]; timedOutUntil: string | null; left: boolean }
  /** A channel, a room or a thread; `parentId` is a thread's channel, or a category. */
  | {
      of: 'channel';
      channelId: Snowflake;
      type: number | null;
      parentId: Snowflake | null;
      overwrites: OverwriteState[] | null;
      deleted: boolean;
    }
  | { of: 'thread_members'; threadId: Snowflake; added: Snowflake[]; removed: Snowflake[] };

export type WithAccess<T> = T & { access?: AccessChange[] };
