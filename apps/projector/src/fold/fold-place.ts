import type { ChannelState, GuildState, RoomState, ThreadState } from '@discord-relay/contracts';
import type { EventOf } from './is-of.js';
import { isoOrNull } from './iso.js';
import type { ChannelFields, GuildFields, RowChange } from './row-change.js';

export function foldGuild(event: EventOf<'guild'>, at: string): RowChange[] {
  switch (event.type) {
    case 'guild.synced': {
      const { id, channelIds, roleIds, voiceUserIds } = event.data;
      return [
        { op: 'upsert_guild', guild: guildFields(event.data), joined: true },
        { op: 'remove_channels_except', guildId: id, keep: channelIds, at },
        { op: 'archive_threads_except', guildId: id, channelIds: null, keep: channelIds },
        ...listOf(roleIds, (keep) => ({ op: 'remove_roles_except', guildId: id, keep, at })),
        ...listOf(voiceUserIds, (keep) => ({ op: 'leave_rooms_except', guildId: id, keep })),
      ];
    }
    case 'guild.updated':
      return [{ op: 'upsert_guild', guild: guildFields(event.data), joined: false }];
    case 'guild.unavailable':
      return [{ op: 'guild_unavailable', id: event.data.id }];
    case 'guild.left': {
      const { id } = event.data;
      return [
        { op: 'leave_guild', id, at },
        { op: 'leave_rooms_except', guildId: id, keep: [] },
      ];
    }
    default:
      return event satisfies never;
  }
}

/** Old events do not have the list: then nothing follows from it. */
const listOf = <T>(list: T[] | undefined, change: (list: T[]) => RowChange): RowChange[] =>
  list ? [change(list)] : [];

export function foldChannel(event: EventOf<'channel' | 'room'>, at: string): RowChange[] {
  switch (event.type) {
    case 'channel.synced':
      return [{ op: 'upsert_channel', channel: channelFields(event.data), synced: true }];
    case 'channel.created':
    case 'channel.updated':
      return [{ op: 'upsert_channel', channel: channelFields(event.data), synced: false }];
    case 'room.synced':
      return [{ op: 'upsert_channel', channel: roomFields(event.data), synced: true }];
    case 'room.created':
    case 'room.updated':
      return [{ op: 'upsert_channel', channel: roomFields(event.data), synced: false }];
    case 'channel.deleted':
    case 'room.deleted':
      return [{ op: 'delete_channel', id: event.data.id, guildId: event.data.guildId, at }];
    case 'channel.pins_updated': {
      const { channelId: id, guildId: guild_id, lastPinAt } = event.data;
      return [{ op: 'patch_channel', channel: { id, guild_id, last_pin_at: isoOrNull(lastPinAt) } }];
    }
    case 'room.status_updated': {
      const { id, guildId: guild_id, status } = event.data;
      return [{ op: 'patch_channel', channel: { id, guild_id, status } }];
    }
    default:
      return event satisfies never;
  }
}

export function foldThread(event: EventOf<'thread'>, at: string): RowChange[] {
  switch (event.type) {
    case 'thread.synced':
      return [{ op: 'upsert_channel', channel: threadFields(event.data), synced: true }];
    case 'thread.created':
    case 'thread.updated':
      return [{ op: 'upsert_channel', channel: threadFields(event.data), synced: false }];
    case 'thread.deleted':
      return [{ op: 'delete_channel', id: event.data.id, guildId: event.data.guildId, at }];
    case 'thread.list_synced': {
      const { guildId, channelIds, threadIds } = event.data;
      return [{ op: 'archive_threads_except', guildId, channelIds, keep: threadIds }];
    }
    case 'thread.member_updated':
    case 'thread.members_updated': {
      const { threadId, guildId, added, removed } = event.data;
      return [{ op: 'put_thread_members', threadId, guildId, added, removed }];
    }
    default:
      return event satisfies never;
  }
}

const guildFields = ({ id, name, icon, ownerId }: GuildState): GuildFields => ({
  id,
  name,
  icon: icon ?? null,
  owner_id: ownerId ?? null,
});

const channelFields = (channel: ChannelState): ChannelFields => ({
  id: channel.id,
  guild_id: channel.guildId,
  type: channel.channelType,
  name: channel.name,
  topic: channel.topic ?? null,
  position: channel.position,
  parent_id: channel.parentId ?? null,
  nsfw: channel.nsfw,
  overwrites: channel.overwrites,
});

const roomFields = (room: RoomState): ChannelFields => ({
  ...channelFields(room),
  user_limit: room.userLimit ?? null,
  bitrate: room.bitrate ?? null,
});

/** A thread stands among the channels, so that its messages have a place; who may see it is its parent's matter. */
const threadFields = (thread: ThreadState): ChannelFields => ({
  id: thread.id,
  guild_id: thread.guildId,
  type: thread.channelType,
  name: thread.name,
  parent_id: thread.parentId ?? null,
  owner_id: thread.ownerId ?? null,
  archived: thread.archived ?? false,
  locked: thread.locked ?? false,
  invitable: thread.invitable ?? null,
  archive_changed_at: isoOrNull(thread.archiveTimestamp),
  auto_archive_minutes: thread.autoArchiveMinutes ?? null,
  thread_created_at: isoOrNull(thread.createdAt),
  applied_tag_ids: thread.appliedTagIds ?? null,
  message_count: thread.messageCount ?? null,
  member_count: thread.memberCount ?? null,
});
