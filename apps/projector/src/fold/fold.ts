import {
  snowflakeTimeMs,
  type ChannelState,
  type GuildState,
  type MessagePatch,
  type MessageState,
  type RelayEvent,
  type ThreadState,
} from '@discord-relay/contracts';
import { gapFields } from './fold-gap.js';
import { foldReaction } from './fold-reaction.js';
import { iso } from './iso.js';
import { hasNoRows } from './no-rows-yet.js';
import type { ChannelFields, GuildFields, RowChange } from './row-change.js';
import type { MessageFields, MessageFieldsPatch } from './rows.js';

/**
 * What an event asks of the rows. Plain: no clock, no I/O.
 * @throws TypeError or RangeError when `data` is not what its type says
 */
export function fold(event: RelayEvent): RowChange[] {
  if (hasNoRows(event)) return [];
  const at = iso(event.time);
  switch (event.type) {
    case 'guild.synced': {
      const { id, channelIds } = event.data;
      return [
        { op: 'upsert_guild', guild: guildFields(event.data), joined: true },
        { op: 'remove_channels_except', guildId: id, keep: channelIds, at },
      ];
    }
    case 'guild.updated':
      return [{ op: 'upsert_guild', guild: guildFields(event.data), joined: false }];
    case 'guild.unavailable':
      return [{ op: 'guild_unavailable', id: event.data.id }];
    case 'guild.left':
      return [{ op: 'leave_guild', id: event.data.id, at }];
    case 'channel.synced':
    case 'room.synced':
      return [{ op: 'upsert_channel', channel: channelFields(event.data), synced: true }];
    case 'channel.created':
    case 'channel.updated':
    case 'room.created':
    case 'room.updated':
      return [{ op: 'upsert_channel', channel: channelFields(event.data), synced: false }];
    case 'thread.synced':
      return [{ op: 'upsert_channel', channel: threadFields(event.data), synced: true }];
    case 'thread.created':
    case 'thread.updated':
      return [{ op: 'upsert_channel', channel: threadFields(event.data), synced: false }];
    case 'channel.deleted':
    case 'room.deleted':
    case 'thread.deleted':
      return [{ op: 'delete_channel', id: event.data.id, guildId: event.data.guildId, at }];
    case 'message.created':
      return [{ op: 'create_message', message: messageFields(event.data) }];
    case 'message.updated':
      return [{ op: 'patch_message', patch: patchFields(event.data) }];
    case 'message.deleted': {
      const { id, channelId, guildId } = event.data;
      return [{ op: 'delete_messages', ids: [id], channelId, guildId, at }];
    }
    case 'message.bulk_deleted': {
      const { ids, channelId, guildId } = event.data;
      return [{ op: 'delete_messages', ids: [...ids], channelId, guildId, at }];
    }
    case 'reaction.added':
    case 'reaction.removed':
    case 'reaction.cleared':
    case 'reaction.counted':
      return foldReaction(event);
    case 'gap.opened':
    case 'gap.closed':
      return [{ op: 'describe_gap', gap: gapFields(event, at) }];
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

/** A thread stands among the channels, so that its messages have a place; who may see it is its parent's matter. */
const threadFields = (thread: ThreadState): ChannelFields => ({
  id: thread.id,
  guild_id: thread.guildId,
  type: thread.channelType,
  name: thread.name,
  topic: null,
  position: null,
  parent_id: thread.parentId ?? null,
  nsfw: null,
  overwrites: null,
});

const messageFields = (message: MessageState): MessageFields => ({
  id: message.id,
  channel_id: message.channelId,
  guild_id: message.guildId,
  author_id: message.author.id,
  author_username: message.author.username,
  author: message.author,
  content: message.content,
  created_at: iso(message.createdAt),
  edited_at: message.editedAt ? iso(message.editedAt) : null,
  type: message.messageType,
  flags: message.flags,
  pinned: message.pinned,
  webhook_id: message.webhookId ?? null,
  attachments: message.attachments,
  embeds: message.embeds,
  reference: message.reference ?? null,
});

/** Keeps "absent" absent: only keys that Discord sent are in the result. */
function patchFields(patch: MessagePatch): MessageFieldsPatch {
  const { author, createdAt, editedAt } = patch;
  const fields: Partial<MessageFields> = {
    ...(author && { author_id: author.id, author_username: author.username, author }),
    content: patch.content,
    created_at: createdAt === undefined ? undefined : iso(createdAt),
    edited_at: editedAt ? iso(editedAt) : editedAt,
    type: patch.messageType,
    flags: patch.flags,
    pinned: patch.pinned,
    webhook_id: patch.webhookId,
    attachments: patch.attachments,
    embeds: patch.embeds,
    reference: patch.reference,
  };
  const sent = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { id: patch.id, channel_id: patch.channelId, guild_id: patch.guildId, ...Object.fromEntries(sent) };
}

/** When a message was created, for one of which no event says it: its id holds the time. */
export const createdAtOf = (id: MessageFields['id']): string => new Date(snowflakeTimeMs(id)).toISOString();
