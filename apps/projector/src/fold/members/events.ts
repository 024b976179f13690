import type { MemberState } from '@discord-relay/contracts';
import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { areStorable } from '../shared/ids.js';
import { isoIfKnown } from '../shared/iso.js';
import { known } from '../shared/known.js';
import { keysOf, listedMembers, memberListKeys } from '../shared/parking.js';
import type { MemberOp } from './ops.js';
import type { MemberFields } from '../shared/rows.js';

function fold(event: EventOf<'member'>, at: string): MemberOp[] {
  switch (event.type) {
    case 'member.synced':
      return [{ model: 'members', op: 'upsert', member: memberFields(event.data), how: 'synced', at }];
    case 'member.joined':
      return [{ model: 'members', op: 'upsert', member: memberFields(event.data), how: 'joined', at }];
    case 'member.updated':
      return [{ model: 'members', op: 'upsert', member: memberFields(event.data), how: 'updated', at }];
    case 'member.range_listed': {
      const { guildId, afterId, upToId, userIds: keep } = event.data;
      return [{ model: 'members', op: 'leave_except', guildId, afterId, upToId, keep, at }];
    }
    case 'member.left': {
      const { guildId: guild_id, user } = event.data;
      const member = { guild_id, user_id: user.id, ...known({ username: user.username }), profile: user };
      return [{ model: 'members', op: 'leave', member, at }];
    }
    default:
      return event satisfies never;
  }
}

const memberFields = (member: MemberState): MemberFields => ({
  guild_id: member.guildId,
  user_id: member.user.id,
  profile: member.user,
  ...known({
    username: member.user.username,
    nick: member.nick,
    role_ids: member.roleIds,
    joined_at: isoIfKnown(member.joinedAt),
    timed_out_until: isoIfKnown(member.timedOutUntil),
    pending: member.pending,
    flags: member.flags,
    avatar: member.avatar,
  }),
});

function hasStorableIds(event: EventOf<'member'>): boolean {
  if (event.type === 'member.range_listed') {
    const { guildId, afterId, upToId, userIds } = event.data;
    return areStorable(guildId, afterId, upToId, ...userIds);
  }
  if (!areStorable(event.data.guildId, event.data.user?.id)) return false;
  return event.type === 'member.left' || areStorable(...(event.data.roleIds ?? []));
}

export const memberEvents: EventSlice<EventOf<'member'>, MemberOp> = {
  fold,
  hasStorableIds,
  parkingKeys: ({ type, data, guildId }) =>
    listedMembers(
      guildId,
      type === 'member.range_listed' ? memberListKeys(guildId) : keysOf(`member:${guildId}`, data.user?.id),
    ),
};
