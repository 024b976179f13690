import type { DecimalId } from '../formats.js';
import type { OverwriteState } from '../events/channel-events.js';
import type { Snowflake } from '../snowflake.js';

/** One part of the state that decides who may see what in a guild, with its value after the change. */
export type AccessChange =
  /** `left`: the bot is no longer in the guild. */
  | { of: 'guild'; ownerId: Snowflake | null; left: boolean }
  /** `permissions`: decimal bits; null: the role is gone. */
  | { of: 'role'; roleId: Snowflake; permissions: string | null }
  /**
   * `roleIds` null: not known. `timedOutUntil`: ISO 8601. `left`: no member any more. `guest`: only invited into one voice
   * channel; absent in changes of earlier versions.
   */
  | {
      of: 'member';
      userId: Snowflake;
      roleIds: Snowflake[] | null;
      timedOutUntil: string | null;
      left: boolean;
      guest?: boolean;
    }
  /** A channel, a room or a thread; `parentId` is a thread's channel, or a category. Nobody is in a deleted thread any more. */
  | {
      of: 'channel';
      channelId: Snowflake;
      type: number | null;
      parentId: Snowflake | null;
      overwrites: OverwriteState[] | null;
      deleted: boolean;
    }
  /** Not sent for threads that are known to be public: membership does not affect their visibility. */
  | { of: 'thread_members'; threadId: Snowflake; added: Snowflake[]; removed: Snowflake[] };

export type WithAccess<T> = T & { access?: AccessChange[] };

/** The rule that decided about a user's access to a channel. */
export type AccessRule =
  | 'guild_unknown'
  | 'out_of_scope'
  | 'channel_unknown'
  | 'public_channel'
  | 'staff'
  | 'not_a_member'
  | 'guest'
  | 'owner'
  | 'everyone_unknown'
  | 'roles_unknown'
  | 'roles'
  | 'administrator'
  | 'overwrites_unknown'
  | 'everyone_overwrite'
  | 'role_overwrites'
  | 'member_overwrite'
  | 'timeout'
  | 'private_thread';

export interface AccessStep {
  rule: AccessRule;
  /** The roles or users that the step applies to. */
  ids: DecimalId[];
  /** The permissions after this step: as decimal bits, and by name where they decide access. */
  permissions: string;
  names: string[];
}

/** `rule` is the rule that decided. */
export interface AccessDecision {
  allowed: boolean;
  rule: AccessRule;
}

/** `GET /api/v1/access/explain`: a member's access to a channel, and the reasons. */
export interface AccessExplanation {
  guildId: DecimalId;
  channelId: DecimalId;
  userId: DecimalId;
  /** Whether the member may see the channel, read it live, and read its history. */
  see: AccessDecision;
  read: AccessDecision;
  history: AccessDecision;
  /** In the order in which they apply. */
  steps: AccessStep[];
}
