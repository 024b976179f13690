import type { RoleState } from '@discord-relay/contracts';
import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { areStorable } from '../shared/ids.js';
import { known } from '../shared/known.js';
import { keysOf, listed } from '../shared/parking.js';
import type { RoleOp } from './ops.js';
import type { RoleFields } from '../shared/rows.js';

function fold(event: EventOf<'role'>, at: string): RoleOp[] {
  switch (event.type) {
    case 'role.synced':
      return [{ model: 'roles', op: 'upsert', role: roleFields(event.data), synced: true }];
    case 'role.created':
    case 'role.updated':
      return [{ model: 'roles', op: 'upsert', role: roleFields(event.data), synced: false }];
    case 'role.deleted':
      return [{ model: 'roles', op: 'delete', id: event.data.id, guildId: event.data.guildId, at }];
    default:
      return event satisfies never;
  }
}

const roleFields = (role: RoleState): RoleFields => ({
  id: role.id,
  guild_id: role.guildId,
  ...known({
    name: role.name,
    permissions: role.permissions,
    position: role.position,
    color: role.color,
    hoist: role.hoist,
    managed: role.managed,
    mentionable: role.mentionable,
  }),
});

export const roleEvents: EventSlice<EventOf<'role'>, RoleOp> = {
  fold,
  hasStorableIds: ({ data }) => areStorable(data.id, data.guildId),
  parkingKeys: ({ data, guildId }) => listed(guildId, keysOf('role', data.id)),
};
