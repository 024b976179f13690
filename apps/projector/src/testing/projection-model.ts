import type { RelayEvent } from '@discord-relay/contracts';
import { hourlyAuthors } from '@discord-relay/read-model';
import type { Database } from '../store/index.js';
import { hour, line } from './model-line.js';
import { ModerationModel } from './moderation-model.js';
import { PlaceModel } from './place-model.js';
import { ScheduledEventModel } from './scheduled-event-model.js';
import { TalkModel } from './talk-model.js';

/** Sorted lines by table. */
export type Rows = Record<string, string[]>;

/** The expected contents of the tables after these events, from a single pass in order; it shares no code with the fold. */
export function modelRows(events: RelayEvent[]): Rows {
  const changes: string[] = [];
  const talk = new TalkModel(changes);
  const places = new PlaceModel(changes);
  const moderation = new ModerationModel(changes);
  const scheduled = new ScheduledEventModel();
  const positions = new Map<string, number>();
  events.forEach((event, i) => {
    talk.apply(event, i + 1);
    places.apply(event, i + 1);
    moderation.apply(event, i + 1);
    scheduled.apply(event);
    const key = line(event.guildid, hour(event.receivedat));
    if (!positions.has(key)) positions.set(key, i + 1);
  });
  const stream_positions = [...positions].map((row) => line(...row));
  return sorted({
    ...talk.rows(),
    ...places.rows(),
    ...moderation.rows(),
    ...scheduled.rows(),
    stream_positions,
    changes,
  });
}

/** The columns that the model has of each table. */
export const SELECTS = {
  messages: `id, content, coalesce(jsonb_array_length(embeds), -1), edited_at, pinned, poll IS NOT NULL, partial, deleted_at IS NOT NULL, revision, created_seq, content_seq`,
  message_revisions: 'message_id, revision, content, edited_at, seq',
  reactions: 'message_id, emoji_key, user_id, burst',
  reaction_counts: 'message_id, emoji_key, count, burst_count',
  poll_votes: 'message_id, answer_id, user_id, present',
  poll_counts: 'message_id, answer_id, votes, reported',
  hourly_counts: 'channel_id, hour, messages, edits, deletions, reactions',
  hourly_authors: 'channel_id, hour, authors',
  stream_positions: 'guild_id, hour, seq',
  guilds: 'id, left_at IS NOT NULL, owner_id',
  channels: `id, name IS NOT NULL, archived, user_limit, status, last_pin_at, deleted_at IS NOT NULL`,
  thread_members: 'thread_id, user_id',
  roles: 'id, permissions, deleted_at IS NOT NULL',
  members: 'user_id, role_ids, joined_at, timed_out_until, left_at',
  voice_states: 'user_id, channel_id, since',
  moderation: 'id, kind, target_id, entry_id, event_id',
  scheduled_events: 'id, name, status, deleted_at IS NOT NULL',
  changes: 'kind, seq',
} satisfies Record<string, string>;

/** The contents of the tables. */
export async function tableRows(database: Database): Promise<Rows> {
  const rows: Rows = {};
  for (const [table, columns] of Object.entries(SELECTS)) {
    const where = table === 'voice_states' ? 'WHERE channel_id IS NOT NULL' : '';
    const from = table === 'hourly_authors' ? `(${hourlyAuthors('true')}) AS counted` : table;
    const text = `SELECT ${columns} FROM ${from} ${where}`;
    rows[table] = await linesOf(database, text);
  }
  return sorted(rows);
}

/** The result of a query, row by row. */
export async function linesOf(database: Database, text: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await database.withClient((client) =>
    client.query<unknown[]>({ text, values, rowMode: 'array' }),
  );
  return rows.map((row) => line(...row));
}

export const sorted = (rows: Rows): Rows =>
  Object.fromEntries(Object.entries(rows).map(([table, lines]) => [table, [...lines].sort()]));
