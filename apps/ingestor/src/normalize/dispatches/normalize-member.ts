import { LAST_SNOWFLAKE, type MemberState, type Snowflake } from '@discord-relay/contracts';
import {
  factsOf,
  inGuild,
  skip,
  type Fact,
  type NormalizeResult,
  type Origin,
} from '../events/normalize-result.js';
import {
  boolean,
  id as anId,
  isFields,
  isId,
  readListed,
  text,
  timestamp,
  wholeList,
  wideInteger,
  type Fields,
  type ReadTally,
} from '../fields/read-fields.js';
import { readUser } from '../fields/read-message.js';
import { nullableKey, readState, optionalKey, type Shape } from '../fields/read-state.js';

type Reader = (origin: Origin, fields: Fields) => NormalizeResult;

/** GUILD_MEMBER_ADD */
export const memberJoined: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => memberFact('member.joined', fields, guildId, tally));

/** GUILD_MEMBER_UPDATE */
export const memberUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => memberFact('member.updated', fields, guildId, tally));

/** GUILD_MEMBER_REMOVE */
export const memberLeft: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => userFact('member.left', fields, guildId, tally));

/** GUILD_BAN_ADD */
export const banAdded: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => userFact('ban.added', fields, guildId, tally));

/** GUILD_BAN_REMOVE */
export const banRemoved: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId, tally) => userFact('ban.removed', fields, guildId, tally));

/** GUILD_MEMBERS_CHUNK: requested members; the last chunk of a complete list also shows who is not a member. */
export function membersListed(origin: Origin, fields: Fields): NormalizeResult {
  const { guild_id: guildId } = fields;
  if (!isId(guildId)) return skip('malformed');
  const tally = { dropped: 0 };
  const read = (each: unknown) => memberFact('member.synced', each, guildId, tally);
  const members = readListed(fields.members, read, tally);
  const ranges = rangesOf(guildId, origin.completeMemberListOf?.(fields));
  return factsOf(origin, [...members.items, ...ranges], tally.dropped);
}

/** About 22 KB of ids. */
const MOST_IDS_IN_RANGE = 1_000;

/** The whole range of ids, divided into ranges that each list their members. */
function rangesOf(guildId: Snowflake, members: readonly Snowflake[] = []): Fact[] {
  const ranges: Fact[] = [];
  let afterId = '0' as Snowflake;
  for (let i = 0; i < members.length; i += MOST_IDS_IN_RANGE) {
    const userIds = members.slice(i, i + MOST_IDS_IN_RANGE);
    const isLast = i + MOST_IDS_IN_RANGE >= members.length;
    const upToId = isLast ? LAST_SNOWFLAKE : userIds.at(-1)!;
    ranges.push({ type: 'member.range_listed', guildId, data: { guildId, afterId, upToId, userIds } });
    afterId = upToId;
  }
  return ranges;
}

/** If one role is unreadable, the whole list is unknown, because that role may be the one that is denied a channel. */
const MEMBER: Shape<Omit<MemberState, 'guildId' | 'user'>> = {
  nick: nullableKey('nick', text()),
  roleIds: optionalKey('roles', wholeList(anId)),
  joinedAt: nullableKey('joined_at', timestamp),
  timedOutUntil: nullableKey('communication_disabled_until', timestamp),
  pending: optionalKey('pending', boolean),
  flags: optionalKey('flags', wideInteger),
  avatar: nullableKey('avatar', text()),
};

/** A member; undefined without a usable user. */
export function memberFact(
  type: 'member.joined' | 'member.updated' | 'member.synced',
  value: unknown,
  guildId: Snowflake,
  tally: ReadTally,
): Fact | undefined {
  const user = isFields(value) ? readUser(value.user, tally) : undefined;
  if (!isFields(value) || !user) return undefined;
  return { type, guildId, data: { ...readState(MEMBER, value, tally), guildId, user } };
}

function userFact(
  type: 'member.left' | 'ban.added' | 'ban.removed',
  fields: Fields,
  guildId: Snowflake,
  tally: ReadTally,
): Fact | undefined {
  const user = readUser(fields.user, tally);
  return user && { type, guildId, data: { guildId, user } };
}
