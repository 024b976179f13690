import type { Snowflake } from '../snowflake.js';
import type { Described } from './described.js';

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
  /** Until then the member may only look on; null or a time that has passed: no timeout. */
  timedOutUntil: string | null;
  /** Has not yet accepted the rules of the guild. */
  pending: boolean;
  flags: number;
  /** The member's avatar in this guild only. */
  avatar: string | null;
}

/** Where `roleIds` are not known a member has no rights. */
export type MemberState = Described<Member, 'guildId' | 'user'>;

interface GuildUser {
  guildId: Snowflake;
  user: UserState;
}

/**
 * Everybody whose id is above `afterId` and not above `upToId`, from a list that was whole: whoever else is known
 * there is no member any more. The events of one list cover all ids up to LAST_SNOWFLAKE.
 */
export interface MemberRange {
  guildId: Snowflake;
  afterId: Snowflake;
  upToId: Snowflake;
  /** In their order; a thousand at most. */
  userIds: Snowflake[];
}

export interface MemberEvents {
  'member.joined': MemberState;
  'member.updated': MemberState;
  /** A member as Discord listed it: with the guild, or in answer to a request for members. */
  'member.synced': MemberState;
  'member.range_listed': MemberRange;
  'member.left': GuildUser;
  'ban.added': GuildUser;
  'ban.removed': GuildUser;
}
