import type { MessagePatch, MessageState } from '@discord-relay/contracts';
import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { areStorable, isAbsentOrStorable } from '../shared/ids.js';
import { iso, isoIfKnown } from '../shared/iso.js';
import { known } from '../shared/known.js';
import { asList, keysOf } from '../shared/parking.js';
import type { MessageOp } from './ops.js';
import type { MessageFields, MessageFieldsPatch } from '../shared/rows.js';

/** An event of Discord; imports have their own slice. */
type ObservedMessageEvent = Exclude<EventOf<'message'>, { type: 'message.imported' }>;

function fold(event: ObservedMessageEvent, at: string): MessageOp[] {
  switch (event.type) {
    case 'message.created':
      return [{ model: 'messages', op: 'create', message: messageFields(event.data) }];
    case 'message.updated':
      return [{ model: 'messages', op: 'patch', patch: patchFields(event.data) }];
    case 'message.deleted': {
      const { id, channelId, guildId } = event.data;
      return [{ model: 'messages', op: 'delete', ids: [id], channelId, guildId, at }];
    }
    case 'message.bulk_deleted': {
      const { ids, channelId, guildId } = event.data;
      return [{ model: 'messages', op: 'delete', ids: [...ids], channelId, guildId, at }];
    }
    default:
      return event satisfies never;
  }
}

export const messageFields = (message: MessageState): MessageFields => ({
  id: message.id,
  channel_id: message.channelId,
  guild_id: message.guildId,
  author_id: message.author.id,
  author_username: message.author.username,
  author: message.author,
  content: message.content,
  created_at: iso(message.createdAt),
  edited_at: isoIfKnown(message.editedAt),
  type: message.messageType,
  flags: message.flags,
  pinned: message.pinned,
  webhook_id: message.webhookId,
  attachments: message.attachments,
  embeds: message.embeds,
  components: orNull(message.components),
  stickers: orNull(message.stickerItems),
  poll: message.poll,
  mentions: message.mentions,
  reference: message.reference,
});

/** Keeps absent keys absent: only keys that Discord sent are in the result. */
function patchFields(patch: MessagePatch): MessageFieldsPatch {
  const { author, createdAt } = patch;
  return {
    id: patch.id,
    channel_id: patch.channelId,
    guild_id: patch.guildId,
    ...known({
      author_id: author?.id,
      author_username: author?.username,
      author,
      content: patch.content,
      created_at: createdAt === undefined ? undefined : iso(createdAt),
      edited_at: isoIfKnown(patch.editedAt),
      type: patch.messageType,
      flags: patch.flags,
      pinned: patch.pinned,
      webhook_id: patch.webhookId,
      attachments: patch.attachments,
      embeds: patch.embeds,
      components: orNull(patch.components),
      stickers: orNull(patch.stickerItems),
      poll: patch.poll,
      mentions: patch.mentions,
      reference: patch.reference,
    }),
  };
}

/** Most messages have none of these, and an empty list is not stored. */
const orNull = <T>(list: T[] | undefined): T[] | null | undefined => (list?.length === 0 ? null : list);

function hasStorableIds(event: ObservedMessageEvent): boolean {
  switch (event.type) {
    case 'message.created':
    case 'message.updated': {
      const { id, channelId, guildId, author, webhookId } = event.data;
      const isPlaced = areStorable(id, channelId, guildId);
      return isPlaced && isAbsentOrStorable(author?.id) && isAbsentOrStorable(webhookId);
    }
    case 'message.deleted':
      return areStorable(event.data.id, event.data.channelId, event.data.guildId);
    case 'message.bulk_deleted':
      return areStorable(event.data.channelId, event.data.guildId, ...event.data.ids);
    default:
      return event satisfies never;
  }
}

export const messageEvents: EventSlice<ObservedMessageEvent, MessageOp> = {
  fold,
  hasStorableIds,
  parkingKeys: ({ data }) => keysOf('message', data.id, ...asList(data.ids)),
};
