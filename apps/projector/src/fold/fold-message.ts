import { snowflakeTimeMs, type MessagePatch, type MessageState } from '@discord-relay/contracts';
import type { EventOf } from './is-of.js';
import { iso, isoIfKnown } from './iso.js';
import { known } from './known.js';
import type { RowChange } from './row-change.js';
import type { MessageFields, MessageFieldsPatch } from './rows.js';

export function foldMessage(event: EventOf<'message'>, at: string): RowChange[] {
  switch (event.type) {
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
    default:
      return event satisfies never;
  }
}

export function foldVote({ type, data }: EventOf<'poll'>): RowChange[] {
  const { messageId, answerId, userId } = data;
  return [{ op: 'put_vote', messageId, answerId, userId, present: type === 'poll.vote_added' }];
}

const messageFields = (message: MessageState): MessageFields => ({
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

/** Keeps "absent" absent: only keys that Discord sent are in the result. */
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

/** Most messages have none of these: nothing is stored for nothing. */
const orNull = <T>(list: T[] | undefined): T[] | null | undefined => (list?.length === 0 ? null : list);

/** When a message was created, for one of which no event says it: its id holds the time. */
export const createdAtOf = (id: MessageFields['id']): string => new Date(snowflakeTimeMs(id)).toISOString();
