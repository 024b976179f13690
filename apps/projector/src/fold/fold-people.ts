import type { MemberState, RoleState } from '@discord-relay/contracts';
import type { EventOf } from './is-of.js';
import { isoIfKnown } from './iso.js';
import { known } from './known.js';
import type { MemberFields, RoleFields, RowChange } from './row-change.js';

export function foldRole(event: EventOf<'role'>, at: string): RowChange[] {
  switch (event.type) {
    case 'role.synced':
      return [{ op: 'upsert_role', role: roleFields(event.data), synced: true }];
    case 'role.created':
    case 'role.updated':
      return [{ op: 'upsert_role', role: roleFields(event.data), synced: false }];
    case 'role.deleted':
      return [{ op: 'delete_role', id: event.data.id, guildId: event.data.guildId, at }];
    default:
      return event satisfies never;
  }
}

export function foldMember(event: EventOf<'member'>, at: string): RowChange[] {
  switch (event.type) {
    case 'member.synced':
      return [{ op: 'upsert_member', member: memberFields(event.data), how: 'synced', at }];
    case 'member.joined':
      return [{ op: 'upsert_member', member: memberFields(event.data), how: 'joined', at }];
    case 'member.updated':
      return [{ op: 'upsert_member', member: memberFields(event.data), how: 'updated', at }];
    case 'member.range_listed': {
      const { guildId, afterId, upToId, userIds: keep } = event.data;
      return [{ op: 'leave_members_except', guildId, afterId, upToId, keep, at }];
    }
    case 'member.left': {
      const { guildId: guild_id, user } = event.data;
      const member = { guild_id, user_id: user.id, ...known({ username: user.username }), profile: user };
      return [{ op: 'leave_member', member, at }];
    }
    default:
      return event satisfies never;
  }
}

export function foldVoice(event: EventOf<'voice'>, at: string): RowChange[] {
  const { guildId: guild_id, userId: user_id } = event.data;
  switch (event.type) {
    case 'voice.joined':
    case 'voice.moved': {
      const { channelId: channel_id, username, avatar, state } = event.data;
      return [{ op: 'enter_room', voice: { guild_id, user_id, channel_id, username, state }, avatar, at }];
    }
    case 'voice.updated': {
      const { channelId: channel_id, state } = event.data;
      return [{ op: 'enter_room', voice: { guild_id, user_id, channel_id, state }, avatar: null, at }];
    }
    case 'voice.left':
      return [{ op: 'leave_room', guildId: guild_id, userId: user_id }];
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
