import {
  type ChangeBody,
  type ChangedExtras,
  type MessageBody,
  type MessageMentions,
  type MessageReference,
  type MessageUpdateBody,
  wireAuthor,
} from '@discord-relay/contracts';
import type { MessageFieldsPatch, MessageRow } from '../shared/rows.js';
import { sameJson } from '../shared/same-json.js';

/** The change of a message that clients receive; `patch` null: the message is new. */
export function messageChange(
  before: MessageRow | undefined,
  row: MessageRow,
  patch: MessageFieldsPatch | null,
): ChangeBody {
  return patch
    ? { kind: 'message_update', body: messageUpdateBody(before, row, patch) }
    : { kind: 'message', body: messageBody(row) };
}

/** Most messages have no extras: then the body is one small object. */
function messageBody(row: MessageRow): MessageBody {
  const body: MessageBody = {
    id: row.id,
    content: row.content ?? '',
    author: wireAuthor(row.author_id!, row.author_username, row.author),
    timestamp: row.created_at,
    editedTimestamp: row.edited_at,
    pinned: row.pinned,
    revision: row.revision,
    channelId: row.channel_id,
    serverId: row.guild_id,
  };
  const { type, flags, attachments, embeds, components, stickers, poll, mentions, reference } = row;
  if (type) body.type = type;
  if (flags) body.flags = flags;
  if (attachments?.length) body.attachments = attachments;
  if (embeds?.length) body.embeds = embeds;
  if (components?.length) body.components = components;
  if (stickers?.length) body.stickers = stickers;
  if (poll) body.poll = poll;
  if (mentions) body.mentions = mentions;
  const replyTo = reference && replyOf(reference);
  if (replyTo) body.replyTo = replyTo;
  if (reference) body.reference = reference;
  if (row.webhook_id !== null) body.webhookId = row.webhook_id;
  return body;
}

/** A forward is not an answer: its content belongs to someone else. */
function replyOf({ type, messageId, channelId }: MessageReference): MessageBody['replyTo'] {
  return type === 'default' && messageId && channelId ? { messageId, channelId } : undefined;
}

const messageUpdateBody = (
  before: MessageRow | undefined,
  row: MessageRow,
  patch: MessageFieldsPatch,
): MessageUpdateBody => ({
  id: patch.id,
  ...(typeof patch.content === 'string' && { content: patch.content }),
  ...(patch.author && { author: wireAuthor(patch.author.id, row.author_username, row.author) }),
  ...(patch.created_at !== undefined && { timestamp: patch.created_at }),
  ...(patch.edited_at !== undefined && { editedTimestamp: patch.edited_at }),
  ...(typeof patch.pinned === 'boolean' && patch.pinned !== before?.pinned && { pinned: patch.pinned }),
  ...(row.revision !== (before?.revision ?? 0) && { revision: row.revision }),
  ...changedExtras(before, row, patch),
  channelId: patch.channel_id,
  serverId: patch.guild_id,
});

/** Discord sends the whole message with most updates: only differences are announced. */
function changedExtras(
  before: MessageRow | undefined,
  row: MessageRow,
  patch: MessageFieldsPatch,
): ChangedExtras {
  const { flags, attachments, embeds, components, stickers } = patch;
  const { poll, mentions } = row;
  return {
    ...(differs(before?.flags, flags) && { flags: flags ?? 0 }),
    ...(differs(before?.attachments, attachments) && { attachments: attachments ?? [] }),
    ...(differs(before?.embeds, embeds) && { embeds: embeds ?? [] }),
    ...(differs(before?.components, components) && { components: components ?? [] }),
    ...(differs(before?.stickers, stickers) && { stickers: stickers ?? [] }),
    ...(patch.poll && poll && differs(before?.poll, poll) && { poll }),
    ...(patch.mentions !== undefined &&
      differs(before?.mentions, mentions) && { mentions: mentions ?? NO_MENTIONS }),
  };
}

const differs = (before: unknown, now: unknown): boolean =>
  now !== undefined && !(isNothing(before) && isNothing(now)) && !sameJson(before, now);

const isNothing = (value: unknown): boolean =>
  (value ?? 0) === 0 || (Array.isArray(value) && value.length === 0);

const NO_MENTIONS: MessageMentions = { users: [], roles: [], channels: [], everyone: false };
