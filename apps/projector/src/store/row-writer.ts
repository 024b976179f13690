import type { Change } from '@discord-relay/contracts';
import type { WorkingSet } from '../fold/index.js';
import type { Statement } from './database.js';
import { reactionWrites } from './reaction-writer.js';

/** Column -> type, in the order in which they are written. */
type Columns = Record<string, string>;

/**
 * An upsert of any number of rows, given as one JSON array. A row that is newer than what it would be replaced with
 * stays: `seq` never goes back.
 */
function upsert(table: string, key: string, columns: Columns): (rows: object[]) => Statement {
  const names = Object.keys(columns);
  const text = `INSERT INTO ${table} (${names.join(', ')})
    SELECT ${names.join(', ')} FROM json_to_recordset($1::json) AS r(${definition(columns)})
    ON CONFLICT (${key}) DO UPDATE SET ${names.map((name) => `${name} = EXCLUDED.${name}`).join(', ')}
    WHERE ${table}.seq < EXCLUDED.seq`;
  return (rows) => ({ name: `upsert_${table}`, text, values: [JSON.stringify(rows)] });
}

const definition = (columns: Columns): string =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');

const upsertGuilds = upsert('guilds', 'id', {
  id: 'bigint',
  name: 'text',
  icon: 'text',
  owner_id: 'bigint',
  available: 'boolean',
  left_at: 'timestamptz',
  seq: 'bigint',
});

const upsertChannels = upsert('channels', 'id', {
  id: 'bigint',
  guild_id: 'bigint',
  type: 'int',
  name: 'text',
  topic: 'text',
  position: 'int',
  parent_id: 'bigint',
  nsfw: 'boolean',
  overwrites: 'jsonb',
  deleted_at: 'timestamptz',
  seq: 'bigint',
});

const upsertMessages = upsert('messages', 'id', {
  id: 'bigint',
  channel_id: 'bigint',
  guild_id: 'bigint',
  author_id: 'bigint',
  author_username: 'text',
  author: 'jsonb',
  content: 'text',
  created_at: 'timestamptz',
  edited_at: 'timestamptz',
  type: 'int',
  flags: 'bigint',
  pinned: 'boolean',
  webhook_id: 'bigint',
  attachments: 'jsonb',
  embeds: 'jsonb',
  reference: 'jsonb',
  partial: 'boolean',
  deleted_at: 'timestamptz',
  seq: 'bigint',
});

const upsertGaps = upsert('gaps', 'gap_id, guild_id', {
  gap_id: 'text',
  guild_id: 'bigint',
  shard_id: 'int',
  cause: 'text',
  opened_at: 'timestamptz',
  from_time: 'timestamptz',
  from_snowflake: 'bigint',
  to_time: 'timestamptz',
  to_snowflake: 'bigint',
  closed_at: 'timestamptz',
  recovered: 'jsonb',
  unrecoverable: 'text[]',
  channels: 'jsonb',
  seq: 'bigint',
});

const upsertHeads = upsert('feed_heads', 'feed', { feed: 'text', seq: 'bigint', guild_id: 'bigint' });

const CHANGE_COLUMNS: Columns = {
  guild_id: 'bigint',
  channel_id: 'bigint',
  feed: 'text',
  seq: 'bigint',
  prev: 'bigint',
  guild_prev: 'bigint',
  kind: 'text',
  body: 'json',
};

const INSERT_CHANGES = `INSERT INTO changes (${Object.keys(CHANGE_COLUMNS).join(', ')})
  SELECT * FROM json_to_recordset($1::json) AS r(${definition(CHANGE_COLUMNS)})`;

const insertChanges = (changes: Change[]): Statement => ({
  name: 'insert_changes',
  text: INSERT_CHANGES,
  values: [JSON.stringify(changes.map(changeRow))],
});

const changeRow = ({ guildId, channelId, feed, seq, prev, guildPrev, kind, body }: Change) => ({
  guild_id: guildId,
  channel_id: channelId,
  feed,
  seq,
  prev,
  guild_prev: guildPrev,
  kind,
  body,
});

/** An event that cannot be written, with the reason. */
export interface ParkedRow {
  stream_seq: number;
  partition: number;
  subject: string;
  event_id: string;
  code: string;
  message: string;
  payload: string;
}

const insertParked = (rows: ParkedRow[]): Statement => ({
  name: 'insert_parked',
  text: `INSERT INTO parked (stream_seq, partition, subject, event_id, code, message, payload)
    SELECT * FROM json_to_recordset($1::json)
      AS r(stream_seq bigint, partition int, subject text, event_id text, code text, message text, payload text)
    ON CONFLICT (stream_seq) DO NOTHING`,
  values: [JSON.stringify(rows)],
});

/** The statements that write what a batch changed, those only that have something to write. */
export function writesOf(rows: WorkingSet, parked: ParkedRow[]): Statement[] {
  const statement = <T>(items: T[], write: (items: T[]) => Statement) =>
    items.length > 0 ? [write(items)] : [];
  return [
    ...statement(rows.guilds.dirty(), upsertGuilds),
    ...statement(rows.channels.dirty(), upsertChannels),
    ...statement(rows.messages.dirty(), upsertMessages),
    ...reactionWrites(rows.reactions),
    ...statement(rows.gaps.dirty(), upsertGaps),
    ...statement(rows.changes, insertChanges),
    ...statement(rows.heads.dirty(), upsertHeads),
    ...statement(parked, insertParked),
  ];
}
