import type { RoleState, Snowflake } from '@discord-relay/contracts';
import { inGuild, type Fact, type NormalizeResult, type Origin } from '../events/normalize-result.js';
import {
  boolean,
  integer,
  isFields,
  isId,
  permissionSet,
  text,
  type Fields,
  type ReadTally,
} from '../fields/read-fields.js';
import { readState, optionalKey, type Shape } from '../fields/read-state.js';

/** GUILD_ROLE_CREATE */
export const roleCreated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId, tally) => roleFact('role.created', fields.role, guildId, tally));

/** GUILD_ROLE_UPDATE */
export const roleUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId, tally) => roleFact('role.updated', fields.role, guildId, tally));

/** GUILD_ROLE_DELETE */
export const roleDeleted = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => {
    const { role_id: id } = fields;
    return isId(id) ? { type: 'role.deleted', guildId, data: { id, guildId } } : undefined;
  });

const ROLE: Shape<Omit<RoleState, 'id' | 'guildId'>> = {
  name: optionalKey('name', text()),
  permissions: optionalKey('permissions', permissionSet),
  position: optionalKey('position', integer),
  color: optionalKey('color', integer),
  hoist: optionalKey('hoist', boolean),
  managed: optionalKey('managed', boolean),
  mentionable: optionalKey('mentionable', boolean),
};

/** A role; undefined without a usable id. */
export function roleFact(
  type: 'role.created' | 'role.updated' | 'role.synced',
  value: unknown,
  guildId: Snowflake,
  tally: ReadTally,
): Fact | undefined {
  if (!isFields(value) || !isId(value.id)) return undefined;
  return { type, guildId, data: { ...readState(ROLE, value, tally), id: value.id, guildId } };
}
