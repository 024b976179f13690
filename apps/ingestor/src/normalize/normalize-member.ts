import { isSnowflake, LAST_SNOWFLAKE, type MemberState, type Snowflake } from '@discord-relay/contracts';
import { factsOf, inGuild, skip, type Fact, type NormalizeResult, type Origin } from './normalize-result.js';
import {
  integerOrZero,
  isFields,
  readIds,
  readList,
  textOrNull,
  timestampOrNull,
  type Fields,
} from './read-fields.js';
import { readUser } from './read-message.js';

type Reader = (origin: Origin, fields: Fields) => NormalizeResult;

/** GUILD_MEMBER_ADD */
export const memberJoined: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => memberFact('member.joined', fields, guildId));

/** GUILD_MEMBER_UPDATE */
export const memberUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => memberFact('member.updated', fields, guildId));

/** GUILD_MEMBER_REMOVE */
export const memberLeft: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => userFact('member.left', fields, guildId));

/** GUILD_BAN_ADD */
export const banAdded: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => userFact('ban.added', fields, guildId));

/** GUILD_BAN_REMOVE */
export const banRemoved: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => userFact('ban.removed', fields, guildId));

/** GUILD_MEMBERS_CHUNK: members that were asked for; the last of a list of all tells who is not there as well. */
export function membersListed(origin: Origin, fields: Fields): NormalizeResult {
  const { guild_id: guildId } = fields;
  if (!isSnowflake(guildId)) return skip('malformed');
  const members = readList(fields.members, (each) => memberFact('member.synced', each, guildId));
  const ranges = rangesOf(guildId, origin.membersListedBy?.(fields));
  return factsOf(origin, [...members.items, ...ranges], members.dropped);
}

/** So many ids fill some 22 KB. */
const MOST_IDS_IN_RANGE = 1_000;

/** All ids there can be, in ranges of which each says who of it is a member. */
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

export function memberFact(
  type: 'member.joined' | 'member.updated' | 'member.synced',
  value: unknown,
  guildId: Snowflake,
): Fact | undefined {
  const member = readMember(value, guildId);
  return member && { type, guildId, data: member };
}

function userFact(
  type: 'member.left' | 'ban.added' | 'ban.removed',
  fields: Fields,
  guildId: Snowflake,
): Fact | undefined {
  const user = readUser(fields.user);
  return user && { type, guildId, data: { guildId, user } };
}

/** A member; undefined without a usable user, or with roles that cannot be read: they decide who may see what. */
function readMember(value: unknown, guildId: Snowflake): MemberState | undefined {
  if (!isFields(value)) return undefined;
  const user = readUser(value.user);
  const roles = readIds(value.roles);
  if (!user || roles.dropped > 0) return undefined;
  return {
    guildId,
    user,
    nick: textOrNull(value.nick),
    roleIds: roles.items,
    joinedAt: timestampOrNull(value.joined_at),
    timedOutUntil: timestampOrNull(value.communication_disabled_until),
    pending: value.pending === true,
    flags: integerOrZero(value.flags),
    avatar: textOrNull(value.avatar),
  };
}
