import type { ThreadState } from '@discord-relay/contracts';
import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { areStorable, isAbsentOrStorable, isStorable } from '../shared/ids.js';
import { isoIfKnown } from '../shared/iso.js';
import { known } from '../shared/known.js';
import { asList, keysOf, listed, listedMembers, type ParkingFacts } from '../shared/parking.js';
import type { ChannelOp } from '../channels/ops.js';
import type { ChannelFields } from '../shared/rows.js';

function fold(event: EventOf<'thread'>, at: string): ChannelOp[] {
  switch (event.type) {
    case 'thread.synced':
      return [described(event.data, true)];
    case 'thread.created':
    case 'thread.updated':
      return [described(event.data, false)];
    case 'thread.deleted':
      return [{ model: 'channels', op: 'delete', id: event.data.id, guildId: event.data.guildId, at }];
    case 'thread.list_synced': {
      const { guildId, channelIds, threadIds } = event.data;
      return [{ model: 'channels', op: 'archive_threads_except', guildId, channelIds, keep: threadIds }];
    }
    case 'thread.member_updated':
    case 'thread.members_updated': {
      const { threadId, guildId, added, removed } = event.data;
      return [{ model: 'channels', op: 'put_thread_members', threadId, guildId, added, removed }];
    }
    default:
      return event satisfies never;
  }
}

const described = (thread: ThreadState, synced: boolean): ChannelOp => ({
  model: 'channels',
  op: 'upsert',
  channel: threadFields(thread),
  synced,
  isThread: true,
});

/** A thread is stored as a channel, so that its messages have one; its parent decides who may see it. */
const threadFields = (thread: ThreadState): ChannelFields => ({
  id: thread.id,
  guild_id: thread.guildId,
  ...known({
    type: thread.channelType,
    name: thread.name,
    // A thread always has a parent: in older logs null means that it could not be read.
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

function hasStorableIds(event: EventOf<'thread'>): boolean {
  switch (event.type) {
    case 'thread.synced':
    case 'thread.created':
    case 'thread.updated': {
      const { id, guildId, parentId, ownerId, appliedTagIds = [] } = event.data;
      return (
        areStorable(id, guildId, ...appliedTagIds) &&
        isAbsentOrStorable(parentId) &&
        isAbsentOrStorable(ownerId)
      );
    }
    case 'thread.deleted':
      return areStorable(event.data.id, event.data.guildId);
    case 'thread.list_synced':
      return isStorable(event.data.guildId);
    case 'thread.member_updated':
    case 'thread.members_updated': {
      const { threadId, guildId, added, removed } = event.data;
      return areStorable(threadId, guildId, ...added, ...removed);
    }
    default:
      return event satisfies never;
  }
}

function parkingKeys({ type, guildId, data }: ParkingFacts): string[] {
  if (type === 'thread.list_synced') return listed(guildId, keysOf('guild', guildId));
  if (type !== 'thread.members_updated') return listed(guildId, keysOf('channel', data.id ?? data.threadId));
  // A user who leaves the guild leaves its threads.
  const members = keysOf(`member:${guildId}`, ...asList(data.added), ...asList(data.removed));
  return [...listed(guildId, keysOf('channel', data.threadId)), ...listedMembers(guildId, members)];
}

export const threadEvents: EventSlice<EventOf<'thread'>, ChannelOp> = { fold, hasStorableIds, parkingKeys };
