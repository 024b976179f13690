import type { ChannelState, GuildState, RoomState, ThreadState } from '@discord-relay/contracts';
import type { EventOf } from './is-of.js';
import { isoIfKnown, isoOrNull } from './iso.js';
import { known } from './known.js';
import type { ChannelFields, GuildFields, RowChange } from './row-change.js';

export function foldGuild(event: EventOf<'guild'>, at: string): RowChange[] {
  switch (event.type) {
    case 'guild.synced': {
      const { id, channelIds, threadsUnknown, roleIds, voiceUserIds } = event.data;
      const active = threadsUnknown ? undefined : channelIds;
      return [
        { op: 'upsert_guild', guild: guildFields(event.data), joined: true },
        ...listOf(channelIds, (keep) => ({ op: 'remove_channels_except', guildId: id, keep, at })),
        ...listOf(active, (keep) => ({ op: 'archive_threads_except', guildId: id, channelIds: null, keep })),
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

/** A list that is absent was not sent or not readable, or the event is an old one: then nothing follows. */
const listOf = <T>(list: T[] | undefined, change: (list: T[]) => RowChange): RowChange[] =>
  list ? [change(list)] : [];

export function foldChannel(event: EventOf<'channel' | 'room'>, at: string): RowChange[] {
  switch (event.type) {
    case 'channel.synced':
      return [described(channelFields(event.data), true)];
    case 'channel.created':
    case 'channel.updated':
      return [described(channelFields(event.data), false)];
    case 'room.synced':
      return [described(roomFields(event.data), true)];
    case 'room.created':
    case 'room.updated':
      return [described(roomFields(event.data), false)];
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
      return [described(threadFields(event.data), true, true)];
    case 'thread.created':
    case 'thread.updated':
      return [described(threadFields(event.data), false, true)];
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

const described = (channel: ChannelFields, synced: boolean, isThread = false): RowChange => ({
  op: 'upsert_channel',
  channel,
  synced,
  isThread,
});

const guildFields = ({ id, name, icon, ownerId }: GuildState): GuildFields => ({
  id,
  ...known({ name, icon, owner_id: ownerId }),
});

const channelFields = (channel: ChannelState): ChannelFields => ({
  id: channel.id,
  guild_id: channel.guildId,
  ...known({
    type: channel.channelType,
    name: channel.name,
    topic: channel.topic,
    position: channel.position,
    parent_id: channel.parentId,
    nsfw: channel.nsfw,
    overwrites: channel.overwrites,
  }),
});

const roomFields = (room: RoomState): ChannelFields => ({
  ...channelFields(room),
  ...known({ user_limit: room.userLimit, bitrate: room.bitrate }),
});

/** A thread stands among the channels, so that its messages have a place; who may see it is its parent's matter. */
const threadFields = (thread: ThreadState): ChannelFields => ({
  id: thread.id,
  guild_id: thread.guildId,
  ...known({
    type: thread.channelType,
    name: thread.name,
    // A thread always has a parent: null in logs of earlier days stands for one that could not be read.
    parent_id: thread.parentId ?? undefined,
    owner_id: thread.ownerId,
    archived: thread.archived,
    locked: thread.locked,
    invitable: thread.invitable,
    archive_changed_at: isoIfKnown(thread.archiveTimestamp),
    auto_archive_minutes: thread.autoArchiveMinutes,
    thread_created_at: isoIfKnown(thread.createdAt),
    applied_tag_ids: thread.appliedTagIds,
    message_count: thread.messageCount,
    member_count: thread.memberCount,
  }),
});
