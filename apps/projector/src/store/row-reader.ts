import type {
  ChannelRow,
  GapRow,
  GuildRow,
  HeadRow,
  LoadedRows,
  MessageRow,
  Touched,
} from '../fold/index.js';
import type { Statement } from './database.js';
import type { QueryResult } from 'pg';

interface Read {
  statement: Statement;
  into: (rows: Raw[], loaded: LoadedRows) => void;
}

type Raw = Record<string, unknown>;

/** The statements that load what a batch touches, those only that have something to load. */
export function readsOf(touched: Touched): Read[] {
  const reads: Read[] = [];
  if (touched.messages.size > 0) reads.push(messagesRead(touched));
  if (touched.channels.size + touched.channelsOfGuilds.size > 0) reads.push(channelsRead(touched));
  if (touched.guilds.size > 0) reads.push(guildsRead(touched));
  if (touched.heads.size > 0) reads.push(headsRead(touched));
  if (touched.gaps.size > 0) reads.push(gapsRead(touched));
  return reads;
}

/** The rows that the answers to {@link readsOf} hold, in the same order. */
export function loadedRows(reads: Read[], answers: QueryResult[]): LoadedRows {
  const loaded: LoadedRows = { guilds: [], channels: [], messages: [], heads: [], gaps: [] };
  reads.forEach((read, i) => read.into(answers[i]!.rows as Raw[], loaded));
  return loaded;
}

const messagesRead = (touched: Touched): Read => ({
  statement: {
    name: 'read_messages',
    text: `SELECT id, channel_id, guild_id, author_id, author_username, author, content, created_at, edited_at, type,
                  flags, pinned, webhook_id, attachments, embeds, reference, partial, deleted_at, seq
           FROM messages WHERE id = ANY($1::bigint[])`,
    values: [[...touched.messages]],
  },
  into: (rows, loaded) => {
    loaded.messages = rows.map((row) => toRow<MessageRow>(row, ['created_at', 'edited_at', 'deleted_at']));
  },
});

const channelsRead = (touched: Touched): Read => ({
  statement: {
    name: 'read_channels',
    text: `SELECT id, guild_id, type, name, topic, position, parent_id, nsfw, overwrites, deleted_at, seq
           FROM channels WHERE id = ANY($1::bigint[]) OR guild_id = ANY($2::bigint[])`,
    values: [[...touched.channels], [...touched.channelsOfGuilds]],
  },
  into: (rows, loaded) => {
    loaded.channels = rows.map((row) => toRow<ChannelRow>(row, ['deleted_at']));
  },
});

const guildsRead = (touched: Touched): Read => ({
  statement: {
    name: 'read_guilds',
    text: `SELECT id, name, icon, owner_id, available, left_at, seq FROM guilds WHERE id = ANY($1::bigint[])`,
    values: [[...touched.guilds]],
  },
  into: (rows, loaded) => {
    loaded.guilds = rows.map((row) => toRow<GuildRow>(row, ['left_at']));
  },
});

const headsRead = (touched: Touched): Read => ({
  statement: {
    name: 'read_heads',
    text: 'SELECT feed, seq, guild_id FROM feed_heads WHERE feed = ANY($1::text[])',
    values: [[...touched.heads]],
  },
  into: (rows, loaded) => {
    loaded.heads = rows.map((row) => toRow<HeadRow>(row, []));
  },
});

const gapsRead = (touched: Touched): Read => ({
  statement: {
    name: 'read_gaps',
    text: `SELECT gap_id, guild_id, shard_id, cause, opened_at, from_time, from_snowflake, to_time, to_snowflake,
                  closed_at, recovered, unrecoverable, channels, seq
           FROM gaps WHERE gap_id = ANY($1::text[]) AND guild_id = ANY($2::bigint[])`,
    values: [
      [...touched.gaps.values()].map((gap) => gap.gap_id),
      [...touched.gaps.values()].map((gap) => gap.guild_id),
    ],
  },
  into: (rows, loaded) => {
    loaded.gaps = rows.map((row) => toRow<GapRow>(row, ['opened_at', 'from_time', 'to_time', 'closed_at']));
  },
});

/** pg gives times as Date and every bigint as a string: ids stay strings, sequences and flags are numbers here. */
function toRow<Row>(raw: Raw, times: string[]): Row {
  const row = { ...raw };
  for (const key of times) if (row[key] !== null) row[key] = (row[key] as Date).toISOString();
  for (const key of ['seq', 'flags']) if (typeof row[key] === 'string') row[key] = Number(row[key]);
  return row as Row;
}
