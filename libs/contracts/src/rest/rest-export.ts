import type { UserState } from '../events/member-events.js';
import type { Seq } from '../formats.js';
import type { Snowflake } from '../snowflake.js';

/** `id`: a Discord id as a string in JSON, a 64-bit integer in Parquet. `sequence`: a 64-bit integer below 2^53. */
export type ExportColumnType = 'id' | 'sequence' | 'integer' | 'boolean' | 'text' | 'time' | 'json';

export interface ExportColumn {
  readonly name: string;
  readonly type: ExportColumnType;
  readonly meaning: string;
}

/** The columns of an export in their order, in the answer of gateway-api and in every file. */
export const EXPORT_COLUMNS = [
  { name: 'id', type: 'id', meaning: 'The message.' },
  { name: 'guild_id', type: 'id', meaning: 'Its server.' },
  { name: 'channel_id', type: 'id', meaning: 'Its channel or thread.' },
  { name: 'channel_name', type: 'text', meaning: 'Present name of the channel.' },
  {
    name: 'channel_type',
    type: 'integer',
    meaning: "Discord's channel type number; 10, 11 and 12: a thread.",
  },
  { name: 'parent_id', type: 'id', meaning: 'Category of the channel, or channel of the thread.' },
  { name: 'author_id', type: 'id', meaning: 'The user, or the webhook, that wrote it.' },
  { name: 'author_name', type: 'text', meaning: 'User name of the author when they wrote it.' },
  { name: 'author_bot', type: 'boolean', meaning: 'Whether the author is an application; null: not known.' },
  { name: 'webhook_id', type: 'id', meaning: 'The webhook or application that wrote it.' },
  { name: 'created_at', type: 'time', meaning: 'When it was written.' },
  { name: 'edited_at', type: 'time', meaning: 'When it was last edited; null: never.' },
  { name: 'deleted_at', type: 'time', meaning: 'When it was deleted; only in appended files.' },
  { name: 'type', type: 'integer', meaning: "Discord's message type number; 0: default, 19: a reply." },
  { name: 'flags', type: 'sequence', meaning: "Discord's message flags." },
  { name: 'pinned', type: 'boolean', meaning: 'Whether it is pinned; null: not known.' },
  {
    name: 'content',
    type: 'text',
    meaning: 'Present text; empty if it has only attachments, embeds or the like.',
  },
  { name: 'revision', type: 'integer', meaning: 'How many times the text was replaced.' },
  {
    name: 'earlier_contents',
    type: 'json',
    meaning:
      'The texts that edits replaced, oldest first: `revision`, `content`, `edited_at`, `seq`; null: none, or the token is a viewer’s.',
  },
  { name: 'reply_to', type: 'id', meaning: 'The message that it answers.' },
  { name: 'reaction_count', type: 'integer', meaning: 'Reactions, burst reactions included.' },
  {
    name: 'reactions',
    type: 'json',
    meaning: 'By emoji: `emoji` (an id, or its characters), `count`, `burst_count`.',
  },
  { name: 'attachments', type: 'json', meaning: 'Files; their addresses expire at Discord.' },
  { name: 'embeds', type: 'json', meaning: 'As Discord sends them.' },
  { name: 'components', type: 'json', meaning: 'As Discord sends them.' },
  { name: 'stickers', type: 'json', meaning: 'Stickers.' },
  { name: 'poll', type: 'json', meaning: 'Question and answers.' },
  { name: 'poll_votes', type: 'json', meaning: 'By answer: `answer_id`, `votes`.' },
  { name: 'mentions', type: 'json', meaning: 'Users, roles and channels that it mentions.' },
  { name: 'reference', type: 'json', meaning: 'The message that it answers or forwards.' },
  { name: 'seq', type: 'sequence', meaning: 'Sequence of the newest event that counts in the row.' },
] as const satisfies readonly ExportColumn[];

export type ExportColumnName = (typeof EXPORT_COLUMNS)[number]['name'];

/** Name of the last column of `GET /api/v1/export/messages?details=true`; no file format has it. */
export const EXPORT_DETAILS = 'details';

/** Value of that column: what some formats need besides the other columns. */
export interface RestExportDetails {
  author: UserState | null;
  guildName: string | null;
  topic: string | null;
  parentName: string | null;
  /** By emoji (an id, or its characters), with the ids of the users; null: none. */
  reactions: { emoji: string; userIds: Snowflake[] }[] | null;
}

/**
 * `GET /api/v1/export/messages`: rows by channel and id, with values in the order of `columns`. `next`: the `after` of the next
 * page; null: this is the last page.
 */
export interface RestExportPage {
  /** The newest sequence of the guild in the state of the database that was read. */
  seq: Seq;
  next: string | null;
  columns: string[];
  rows: unknown[][];
}

export interface RestExportCount {
  /** A channel's id, or a day in UTC as `YYYY-MM-DD`. */
  key: string;
  rows: number;
}

/** `GET /api/v1/export/size`: how many rows an export has now. */
export interface RestExportSize {
  /** The newest sequence of the guild in the state of the database that was read. */
  seq: Seq;
  rows: number;
  /** By id. */
  channels: RestExportCount[];
  /** Oldest first. */
  days: RestExportCount[];
}
