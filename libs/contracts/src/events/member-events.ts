import type { Snowflake } from '../snowflake.js';
import type { Described } from './field-types.js';

interface User {
  id: Snowflake;
  username: string;
  globalName: string | null;
  avatar: string | null;
  bot: boolean;
}

export type UserState = Described<User, 'id'>;

interface Member {
  guildId: Snowflake;
  user: UserState;
  nick: string | null;
  roleIds: Snowflake[];
  joinedAt: string | null;
  /** Until then the member can only read; null or a past time: no timeout. */
  timedOutUntil: string | null;
  /** Has not yet accepted the guild's rules. */
  pending: boolean;
  flags: number;
  /** The member's avatar in this guild only. */
  avatar: string | null;
}

/** A member whose `roleIds` are not known has no rights. */
export type MemberState = Described<Member, 'guildId' | 'user'>;

interface GuildUser {
  guildId: Snowflake;
  user: UserState;
}

/**
 * All members whose id is greater than `afterId` and at most `upToId`, from a complete list: anyone else who is known in this
 * range is no longer a member. The events of one list cover all ids up to LAST_SNOWFLAKE.
 */
export interface MemberRange {
  guildId: Snowflake;
  afterId: Snowflake;
  upToId: Snowflake;
  /** Sorted; at most a thousand. */
  userIds: Snowflake[];
}

export interface MemberEvents {
  'member.joined': MemberState;
  'member.updated': MemberState;
  /** A member as Discord listed it: with the guild, or in response to a request for members. */
  'member.synced': MemberState;
  'member.range_listed': MemberRange;
  'member.left': GuildUser;
  'ban.added': GuildUser;
  'ban.removed': GuildUser;
}
