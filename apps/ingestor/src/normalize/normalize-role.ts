import { isSnowflake, type RoleState, type Snowflake } from '@discord-relay/contracts';
import { inGuild, type Fact, type NormalizeResult, type Origin } from './normalize-result.js';
import { integerOrZero, isFields, textOrEmpty, type Fields } from './read-fields.js';

/** GUILD_ROLE_CREATE */
export const roleCreated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => roleFact('role.created', fields.role, guildId));

/** GUILD_ROLE_UPDATE */
export const roleUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => roleFact('role.updated', fields.role, guildId));

/** GUILD_ROLE_DELETE */
export const roleDeleted = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => {
    const { role_id: id } = fields;
    return isSnowflake(id) ? { type: 'role.deleted', guildId, data: { id, guildId } } : undefined;
  });

export function roleFact(
  type: 'role.created' | 'role.updated' | 'role.synced',
  value: unknown,
  guildId: Snowflake,
): Fact | undefined {
  const role = readRole(value, guildId);
  return role && { type, guildId, data: role };
}

/** A role; undefined without a usable id or set of permissions. */
function readRole(value: unknown, guildId: Snowflake): RoleState | undefined {
  // A 64-bit set in decimal has the same shape as a snowflake.
  if (!isFields(value) || !isSnowflake(value.id) || !isSnowflake(value.permissions)) return undefined;
  return {
    id: value.id,
    guildId,
    name: textOrEmpty(value.name),
    permissions: value.permissions,
    position: integerOrZero(value.position),
    color: integerOrZero(value.color),
    hoist: value.hoist === true,
    managed: value.managed === true,
    mentionable: value.mentionable === true,
  };
}
