import { isSnowflake, type MemberState, type Snowflake } from '@discord-relay/contracts';
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

/** GUILD_MEMBERS_CHUNK: members that were asked for. */
export function membersListed(origin: Origin, fields: Fields): NormalizeResult {
  const { guild_id: guildId } = fields;
  if (!isSnowflake(guildId)) return skip('malformed');
  const members = readList(fields.members, (each) => memberFact('member.synced', each, guildId));
  return factsOf(origin, members.items, members.dropped);
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
