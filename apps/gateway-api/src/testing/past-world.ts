import { DEFAULT_PARTITIONS, firstSnowflakeAt, type Snowflake } from '@discord-relay/contracts';
import { CHANNEL, GUILD, OTHER_CHANNEL, VIEWER, type World } from './world.js';

/** In the past, whatever the clock of the machine says. */
const FIRST_MS = Date.parse('2025-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;

/** ISO 8601: hours after the beginning of the recording. */
export const hourAt = (hours: number): string => new Date(FIRST_MS + hours * HOUR_MS).toISOString();
export const messageId = (n: number): Snowflake => firstSnowflakeAt(FIRST_MS + n * 60_000);

/** The newest event, and one beyond it. */
export const LAST_SEQ = 100;

/** A member since event 18, and one whose nick and roles changed with event 30. */
export const NEWCOMER = '502' as Snowflake;
export const RENAMED = '503' as Snowflake;
export const ROOM = '1100' as Snowflake;
export const THREAD = '1200' as Snowflake;
/** Deleted by event 32. */
export const OLD_CHANNEL = '1003' as Snowflake;

/** VIEW_CHANNEL denied to everybody. */
const HIDDEN = [{ id: GUILD, type: 'role', allow: '0', deny: '1024' }];

/**
 * Rows as the projection of some events has them: hour `n` begins with event `10 n + 10`. Message 1 was created by event 11, edited
 * by 25 and pinned by 35; 2 was created by 12 and deleted by 26; 3 was created by 31; 4 has a poll.
 */
export async function writePast(world: World): Promise<void> {
  await writePositions(world);
  await writeMessages(world);
  await writeReactions(world);
  await writePlaces(world);
  await writePeople(world);
}

async function writePositions(world: World): Promise<void> {
  for (let hour = 0; hour < 9; hour++)
    await world.query('INSERT INTO stream_positions VALUES ($1, $2, $3)', [
      GUILD,
      hourAt(hour),
      10 * hour + 10,
    ]);
  await world.query(
    `INSERT INTO checkpoints (partition, seq, epoch, lease_until, updated_at)
     SELECT p, $1, 1, now(), now() FROM generate_series(0, $2 - 1) p`,
    [LAST_SEQ, DEFAULT_PARTITIONS],
  );
  await world.query(
    `INSERT INTO gaps (gap_id, guild_id, cause, opened_at, from_time, to_time, closed_at, unrecoverable, seq)
     VALUES ('a:b', $1, 'session_lost', $2, $2, $3, $4, '{}', 60)`,
    [GUILD, hourAt(4.2), hourAt(4.4), hourAt(5.5)],
  );
}

interface Row {
  n: number;
  createdSeq: number;
  seq?: number;
  set?: Record<string, unknown>;
}

async function writeMessages(world: World): Promise<void> {
  const poll = { question: 'Tea?', answers: [], expiresAt: null, multiselect: false, results: null };
  const edited = { content: 'final', edited_at: hourAt(1.5), revision: 1, content_seq: 25 };
  const rows: Row[] = [
    { n: 1, createdSeq: 11, seq: 35, set: { ...edited, pinned: true } },
    { n: 2, createdSeq: 12, seq: 26, set: { deleted_at: hourAt(1.6), content: null, author_id: null } },
    { n: 3, createdSeq: 31 },
    { n: 4, createdSeq: 13, set: { poll: JSON.stringify(poll) } },
  ];
  for (const row of rows) await writeMessage(world, row);
  await world.query(
    `INSERT INTO message_versions (message_id, until_seq, channel_id, before)
     SELECT id, until, channel_id, to_jsonb(m) || after FROM messages m, (VALUES
       (25, '{"content": "draft", "edited_at": null, "revision": 0, "pinned": false, "content_seq": 11, "seq": 11}'::jsonb),
       (35, '{"pinned": false, "seq": 25}'::jsonb)) AS v (until, after) WHERE id = $1`,
    [messageId(1)],
  );
  await world.query('INSERT INTO poll_counts VALUES ($1, 1, 3, false, 33)', [messageId(4)]);
  await world.query('INSERT INTO poll_count_versions VALUES ($1, 1, 22, NULL), ($1, 1, 33, 2)', [
    messageId(4),
  ]);
}

async function writeMessage(world: World, { n, createdSeq, seq = createdSeq, set = {} }: Row): Promise<void> {
  await world.query(
    `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, content, created_at, type, pinned, partial,
       created_seq, content_seq, seq) VALUES ($1, $2, $3, 7, 'ada', $4, $5, 0, false, false, $6, $6, $7)`,
    [messageId(n), CHANNEL, GUILD, `message ${n}`, new Date(FIRST_MS + n * 60_000), createdSeq, seq],
  );
  for (const [column, value] of Object.entries(set))
    await world.query(`UPDATE messages SET ${column} = $2 WHERE id = $1`, [messageId(n), value]);
}

async function writeReactions(world: World): Promise<void> {
  await world.query(
    `INSERT INTO reactions (message_id, emoji_key, user_id, burst, seq) VALUES ($1, '👍', 7, false, 14)`,
    [messageId(1)],
  );
  await world.query(`INSERT INTO past_reactions VALUES ($1, '👍', 8, false, 15, 28)`, [messageId(1)]);
  await world.query(`INSERT INTO reaction_counts VALUES ($1, '👍', 1, 0)`, [messageId(1)]);
}

async function writePlaces(world: World): Promise<void> {
  const insert = `INSERT INTO channels (id, guild_id, type, name, parent_id, position, overwrites, archived, deleted_at, seq)
    VALUES ($1, $2, $3, $4, $5, 9, '[]', $6, $7, 1)`;
  await world.query(insert, [ROOM, GUILD, 2, 'room', null, null, null]);
  await world.query(insert, [THREAD, GUILD, 11, 'solved: question', CHANNEL, true, null]);
  await world.query(insert, [OLD_CHANNEL, GUILD, 0, 'old', null, null, hourAt(2.5)]);
  await keep(world, 'channels', THREAD, 30, { name: 'question', archived: false });
  await keep(world, 'channels', THREAD, 16, null);
  await keep(world, 'channels', OLD_CHANNEL, 32, { deleted_at: null });
  await keep(world, 'channels', CHANNEL, 29, { name: 'lobby', topic: 'Welcome' });
  await keep(world, 'channels', OTHER_CHANNEL, 21, { overwrites: HIDDEN });
  await keep(world, 'guilds', GUILD, 27, { name: 'Zeroth' });
  await keep(world, 'roles', GUILD, 24, { name: 'everyone', position: 0 });
}

async function writePeople(world: World): Promise<void> {
  const insert = `INSERT INTO members (guild_id, user_id, username, nick, role_ids, seq) VALUES ($1, $2, $3, $4, '{}', $5)`;
  await world.query(insert, [GUILD, NEWCOMER, 'new', null, 18]);
  await world.query(insert, [GUILD, RENAMED, 'grace', 'after', 30]);
  await keep(world, 'members', RENAMED, 30, { nick: 'before', seq: 5 }, 'user_id');
  await world.query(
    `INSERT INTO voice_states (guild_id, user_id, channel_id, since, username, seq) VALUES ($1, $2, NULL, NULL, NULL, 34)`,
    [GUILD, VIEWER],
  );
  const inside = { channel_id: ROOM, since: hourAt(1.2), username: 'viewer' };
  await keep(world, 'voice_states', VIEWER, 34, inside, 'user_id');
  await keep(world, 'voice_states', VIEWER, 23, null, 'user_id');
}

/** Writes a version: the current row with other values; null: there was none. */
async function keep(
  world: World,
  table: string,
  id: string,
  untilSeq: number,
  before: Record<string, unknown> | null,
  key = 'id',
): Promise<void> {
  await world.query(
    `INSERT INTO row_versions SELECT '${table}', $1, $2, $3, to_jsonb(t) || $4 FROM ${table} t WHERE t.${key} = $2 ${
      key === 'user_id' ? 'AND t.guild_id = $1' : ''
    }`,
    [GUILD, id, untilSeq, before && JSON.stringify(before)],
  );
}
