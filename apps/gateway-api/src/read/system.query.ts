import type { RestSystem, SystemGap, SystemParkedEvent } from '@discord-relay/contracts';
import { GAPS, PARKED, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../database/read-model.database.js';

const LISTED_GAPS_LIMIT = 50;
const LISTED_PARKED_LIMIT = 20;

const GAP = select(GAPS, ['gap_id', 'guild_id', 'cause', 'opened_at', 'from_time', 'to_time']);
type GapRow = SelectedRow<typeof GAP> & { guildName: string | null; count: number };

const OPEN_GAPS = `
  SELECT ${GAP.list}, (SELECT name FROM guilds WHERE id = guild_id) AS "guildName",
         (count(*) OVER ())::int AS count
  FROM gaps WHERE closed_at IS NULL AND opened_at IS NOT NULL ORDER BY opened_at, gap_id, guild_id LIMIT $1`;

/** Gaps of all guilds that backfill has not closed yet. */
export async function openGaps(query: Querying): Promise<RestSystem['openGaps']> {
  const rows = await query.rows<GapRow>({ name: 'open_gaps', text: OPEN_GAPS, values: [LISTED_GAPS_LIMIT] });
  return { count: rows[0]?.count ?? 0, oldest: rows.map(toGap) };
}

const toGap = ({ openedAt, fromTime, toTime, count: _, ...gap }: GapRow): SystemGap => ({
  ...gap,
  openedAt: openedAt?.toISOString() ?? null,
  from: fromTime?.toISOString() ?? null,
  to: toTime?.toISOString() ?? null,
});

const EVENT = select(PARKED, ['stream_seq', 'subject', 'code', 'parked_at']);
type EventRow = SelectedRow<typeof EVENT> & { count: number };

const PARKED_EVENTS = `
  SELECT ${EVENT.list}, (count(*) OVER ())::int AS count FROM parked ORDER BY stream_seq LIMIT $1`;

/** Parked events of the active projection, without their content. */
export async function parkedEvents(query: Querying): Promise<RestSystem['parked']> {
  const values = [LISTED_PARKED_LIMIT];
  const rows = await query.rows<EventRow>({ name: 'parked_events', text: PARKED_EVENTS, values });
  return { count: rows[0]?.count ?? 0, first: rows.map(toEvent) };
}

const toEvent = ({ streamSeq, subject, code, parkedAt }: EventRow): SystemParkedEvent => ({
  seq: Number(streamSeq),
  subject,
  code,
  parkedAt: parkedAt.toISOString(),
});
