import { snowflakeTimeMs, type MessagePatch, type MessageState } from '@discord-relay/contracts';
import type { EventOf } from './is-of.js';
import { iso } from './iso.js';
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
  edited_at: message.editedAt ? iso(message.editedAt) : null,
  type: message.messageType,
  flags: message.flags,
  pinned: message.pinned,
  webhook_id: message.webhookId,
  attachments: message.attachments,
  embeds: message.embeds,
  components: orNull(message.components),
  stickers: orNull(message.stickerItems),
  poll: message.poll,
  mentions: mentionsOrNull(message.mentions),
  reference: message.reference,
});

/** Keeps "absent" absent: only keys that Discord sent are in the result. */
function patchFields(patch: MessagePatch): MessageFieldsPatch {
  const { author, createdAt, editedAt, components, stickerItems, mentions } = patch;
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
    components: components && orNull(components),
    stickers: stickerItems && orNull(stickerItems),
    poll: patch.poll,
    mentions: mentions && mentionsOrNull(mentions),
    reference: patch.reference,
  };
  const sent = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { id: patch.id, channel_id: patch.channelId, guild_id: patch.guildId, ...Object.fromEntries(sent) };
}

/** Most messages have none of these: nothing is stored for nothing. */
const orNull = <T>(list: T[]): T[] | null => (list.length > 0 ? list : null);

function mentionsOrNull(mentions: MessageState['mentions']): MessageFields['mentions'] {
  const { users, roles, channels, everyone } = mentions;
  return everyone || users.length + roles.length + channels.length > 0 ? mentions : null;
}

/** When a message was created, for one of which no event says it: its id holds the time. */
export const createdAtOf = (id: MessageFields['id']): string => new Date(snowflakeTimeMs(id)).toISOString();
