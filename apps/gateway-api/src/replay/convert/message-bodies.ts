import {
  type ChangedExtras,
  type MessageBody,
  messageExtras,
  type MessageMentions,
  type MessagePatch,
  type MessageState,
  type MessageUpdateBody,
  type Snowflake,
  wireAuthor,
} from '@discord-relay/contracts';
import type { Redaction } from '../../log/select/redact.js';

/** The author of a message whose author is withheld: a user that does not exist. */
export const NOBODY = { id: '0' as Snowflake, username: '' };
const NO_MENTIONS: MessageMentions = { users: [], roles: [], channels: [], everyone: false };

const iso = (time: string): string => new Date(time).toISOString();
const isoOrNull = (time: string | null | undefined): string | null => (time ? iso(time) : null);

/** A new message, in the shape of the live event. */
export const messageBody = (message: MessageState): MessageBody => ({
  ...identityOf(message),
  content: message.content,
  author: wireAuthor(message.author.id, message.author.username ?? null, message.author),
  pinned: message.pinned ?? null,
  ...messageExtras({
    type: message.messageType ?? null,
    flags: message.flags ?? null,
    attachments: message.attachments ?? null,
    embeds: message.embeds ?? null,
    components: message.components ?? null,
    stickers: message.stickerItems ?? null,
    poll: message.poll ?? null,
    mentions: message.mentions ? { ...NO_MENTIONS, ...message.mentions } : null,
    reference: message.reference ?? null,
    webhookId: message.webhookId ?? null,
  }),
});

/** A new message whose content is withheld. Who wrote an edited message is still known. */
export const tombstoneBody = (message: MessageState, redaction: Redaction): MessageBody => ({
  ...identityOf(message),
  content: '',
  author:
    redaction === 'superseded'
      ? wireAuthor(message.author.id, message.author.username ?? null, message.author)
      : NOBODY,
  pinned: null,
});

const identityOf = ({ id, channelId, guildId, createdAt, editedAt }: MessageState) => ({
  id,
  timestamp: iso(createdAt),
  editedTimestamp: isoOrNull(editedAt),
  revision: 0,
  channelId,
  serverId: guildId,
});

/** An update with everything that Discord sent; the live event omits what did not differ from before. */
export const messageUpdateBody = (patch: MessagePatch, revision: number | undefined): MessageUpdateBody => ({
  ...tombstoneUpdate(patch, revision),
  ...(patch.content !== undefined && { content: patch.content }),
  ...(patch.author && {
    author: wireAuthor(patch.author.id, patch.author.username ?? null, patch.author),
  }),
  ...(patch.pinned !== undefined && { pinned: patch.pinned }),
  ...changedExtras(patch),
});

/** An update whose content is withheld. */
export const tombstoneUpdate = (patch: MessagePatch, revision: number | undefined): MessageUpdateBody => ({
  id: patch.id,
  ...(patch.createdAt !== undefined && { timestamp: iso(patch.createdAt) }),
  ...(patch.editedAt !== undefined && { editedTimestamp: isoOrNull(patch.editedAt) }),
  ...(revision && { revision }),
  channelId: patch.channelId,
  serverId: patch.guildId,
});

const changedExtras = (patch: MessagePatch): ChangedExtras => ({
  ...(patch.flags !== undefined && { flags: patch.flags }),
  ...(patch.attachments && { attachments: patch.attachments }),
  ...(patch.embeds && { embeds: patch.embeds }),
  ...(patch.components && { components: patch.components }),
  ...(patch.stickerItems && { stickers: patch.stickerItems }),
  ...(patch.poll && { poll: patch.poll }),
  ...(patch.mentions && { mentions: { ...NO_MENTIONS, ...patch.mentions } }),
});
