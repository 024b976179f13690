import type {
  AttachmentState,
  JsonObject,
  MessageMentions,
  MessageReference,
  PollState,
  StickerItem,
  UserState,
} from '@discord-relay/contracts';
import {
  bigCount,
  bool,
  int,
  jsonb,
  lastSeq,
  nullable,
  snowflake,
  text,
  time,
} from '../description/column.js';
import { defineTable } from '../description/table.js';

/** What projectors need to know about a message that was imported, or may be: everything observed takes precedence (ADR 54). */
export interface MessageImport {
  /** What the import and what updates say, apart from each other; absent while no update was seen. */
  layers?: { imported: JsonObject; observed: JsonObject };
  /** Reactions that were removed: `emoji/user/burst`, `emoji` for all with this emoji, `*` for all. */
  removedReactions?: string[];
}

export const MESSAGES = defineTable({
  name: 'messages',
  meaning:
    'A message. null means "not known": a message whose creation was not seen has only what its updates contained, and a ' +
    'deleted one keeps only its ids and times. Show rows where `deleted_at` is null and `author_id` and `content` are not.',
  key: ['id'],
  columns: {
    id: snowflake(),
    channel_id: snowflake(),
    guild_id: snowflake(),
    author_id: nullable(snowflake()),
    author_username: nullable(text()),
    author: nullable(jsonb<UserState>()),
    content: nullable(text()),
    created_at: time(),
    edited_at: nullable(time()),
    type: nullable(int("Discord's message type number.")),
    flags: nullable(bigCount("Discord's message flags.")),
    pinned: nullable(bool()),
    webhook_id: nullable(snowflake()),
    attachments: nullable(jsonb<AttachmentState[]>()),
    embeds: nullable(jsonb<JsonObject[]>()),
    components: nullable(
      jsonb<JsonObject[]>('null also when there are none; likewise stickers, poll and mentions.'),
    ),
    stickers: nullable(jsonb<StickerItem[]>()),
    poll: nullable(jsonb<PollState>('Question and answers; `poll_counts` has the votes.')),
    mentions: nullable(jsonb<MessageMentions>()),
    reference: nullable(jsonb<MessageReference>('The message that this one answers or forwards.')),
    revision: int('How many times the content was replaced; `message_revisions` has the earlier contents.', {
      default: '0',
    }),
    partial: bool('true while only updates of the message were seen, never its creation.'),
    imported: nullable(
      jsonb<MessageImport>('Not null: the creation was not seen; unless `partial`, an import supplied it.'),
    ),
    deleted_at: nullable(time()),
    created_seq: nullable(bigCount('Stream sequence of the creation; null while none was seen.')),
    content_seq: nullable(bigCount('Stream sequence of the event with the current content.')),
    seq: lastSeq(),
  },
  indexes: [
    { name: 'messages_history', on: 'channel_id, id DESC, created_seq', where: 'deleted_at IS NULL' },
    {
      name: 'messages_deleted',
      on: 'channel_id, id DESC, created_seq, seq',
      where: 'deleted_at IS NOT NULL',
    },
    { name: 'messages_pinned', on: 'channel_id, id DESC', where: 'pinned AND deleted_at IS NULL' },
  ],
});

export const MESSAGE_REVISIONS = defineTable({
  name: 'message_revisions',
  meaning:
    'A content that an edit replaced; the current one is in `messages` under its own `revision`, so a message that was ' +
    'never edited has no row here. The rows of a deleted message stay, without content.',
  key: ['message_id', 'revision'],
  columns: {
    message_id: snowflake(),
    revision: int('0: the first known content, which is the original unless the creation was missed.'),
    content: nullable(text()),
    edited_at: nullable(time('When the message was given this content; null: at its creation.')),
    seq: bigCount('Stream sequence of the event with this content.'),
  },
});
