import {
  AppError,
  firstSnowflakeAt,
  LAST_SNOWFLAKE,
  partitionOf,
  type RestGap,
  type Snowflake,
} from '@discord-relay/contracts';
import { GAPS, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';
import { GAP_COLUMNS, toRestGap } from '../gaps.query.js';

/** A moment that a request names: a sequence, or a time. */
export interface Moment {
  /** The field of the request. */
  field: string;
  /** null: the log does not have the time any more; with no time either: the newest event. */
  seq: number | null;
  /** The time, milliseconds since the Unix epoch; null: the request names none. */
  atMs: number | null;
}

/** A point in the events of a guild. */
export interface Point {
  /** Events up to this one are included; all of them are projected. */
  seq: number;
  /** The point is at this time or later … */
  earliestMs: number;
  /** … and before this one; null: not known to have ended. */
  latestMs: number | null;
}

/** How far Discord's clock may be ahead of the one that stamped the log. */
const CLOCK_MARGIN_MS = 3_600_000;

/** An id that is later than those of all messages that were recorded by then. */
export const endIdOf = ({ latestMs }: Pick<Point, 'latestMs'>): Snowflake =>
  latestMs === null ? LAST_SNOWFLAKE : firstSnowflakeAt(latestMs + CLOCK_MARGIN_MS);

interface PositionRow {
  checkpoints: Record<string, number> | null;
  firstSeq: string | null;
  hasBegun: boolean | null;
  seqAtHour: string | null;
}

/**
 * The oldest event of the guild, whether it was received before `$2` or in that hour, and the oldest event of the hour or of a later
 * one: positions of hours replace the log where it was not kept.
 */
const POSITIONS = `
  SELECT (SELECT json_object_agg(partition, seq) FROM checkpoints) AS checkpoints,
    first.seq AS "firstSeq", first.hour <= $2 AS "hasBegun",
    (SELECT seq FROM stream_positions WHERE guild_id = $1 AND hour >= date_trunc('hour', $2::timestamptz, 'UTC')
     ORDER BY hour LIMIT 1) AS "seqAtHour"
  FROM (SELECT) one
  LEFT JOIN LATERAL (SELECT seq, hour FROM stream_positions WHERE guild_id = $1 ORDER BY hour LIMIT 1) first ON true`;

const HOURS = `
  SELECT began.hour AS began,
    (SELECT hour FROM stream_positions WHERE guild_id = $1 AND hour > began.hour ORDER BY hour LIMIT 1) AS next
  FROM (SELECT hour FROM stream_positions WHERE guild_id = $1 AND seq <= $2 ORDER BY hour DESC LIMIT 1) began`;

const HOUR_MS = 3_600_000;

/**
 * The point at which a moment is in the events of a guild. A moment that is not projected yet is at the newest projected event.
 * @throws AppError `REQUEST.INVALID` for a moment before the first event of the guild, or beyond the newest event
 */
export async function findPoint(query: Querying, guildId: string, moment: Moment): Promise<Point> {
  const point = await pointOrNull(query, guildId, moment);
  if (point) return point;
  throw new AppError('REQUEST.INVALID', `${moment.field} is before the first recorded event of the server`);
}

/** As {@link findPoint}; null: the moment is before the first event of the guild. @throws AppError as there */
export async function pointOrNull(query: Querying, guildId: string, moment: Moment): Promise<Point | null> {
  const { field, atMs } = moment;
  const at = atMs === null ? null : new Date(atMs).toISOString();
  const [row] = await query.rows<PositionRow>({
    name: 'positions',
    text: POSITIONS,
    values: [guildId, at],
  });
  const { firstSeq, hasBegun, seqAtHour } = row!;
  const projected = Object.values(row!.checkpoints ?? {});
  const own = row!.checkpoints?.[partitionOf(guildId, Math.max(1, projected.length))] ?? 0;
  if (moment.seq !== null && atMs === null && moment.seq > Math.max(0, ...projected))
    throw new AppError('REQUEST.INVALID', `${field} is beyond the newest event`);
  const first = Number(firstSeq ?? 0);
  const ofHour = seqAtHour === null ? own : Number(seqAtHour) - 1;
  const asked = moment.seq ?? (hasBegun ? Math.max(first, ofHour) : ofHour);
  const seq = Math.min(asked, own);
  if (seq < first) return null;
  if (atMs !== null) return { seq, earliestMs: atMs, latestMs: atMs + 1 };
  return { seq, ...(await hourAround(query, guildId, seq)) };
}

/** When the event was received, to the hour. */
async function hourAround(
  query: Querying,
  guildId: string,
  seq: number,
): Promise<Pick<Point, 'earliestMs' | 'latestMs'>> {
  const [row] = await query.rows<{ began: Date; next: Date | null }>({
    name: 'hour_of_position',
    text: HOURS,
    values: [guildId, seq],
  });
  if (!row) return { earliestMs: 0, latestMs: null };
  const { began, next } = row;
  return { earliestMs: began.getTime(), latestMs: next && next.getTime() + HOUR_MS };
}

/** The maximum number of gaps that an answer names. */
const MAX_GAPS = 20;

const GAP = select(GAPS, GAP_COLUMNS);
const GAPS_AT = `
  SELECT ${GAP.list} FROM gaps
  WHERE guild_id = $1 AND coalesce(from_time, opened_at, '-infinity') <= coalesce($3::timestamptz, 'infinity')
    AND coalesce(CASE WHEN $4 THEN to_time END, closed_at, 'infinity') >= $2
  ORDER BY seq DESC LIMIT ${MAX_GAPS}`;

/**
 * The gaps in which the point lies, newest first. What a gap hid is known once backfill has closed it; `untilEnd`: only a point
 * in the time of which nothing was received counts.
 */
export async function gapsAt(
  query: Querying,
  guildId: string,
  { earliestMs, latestMs }: Point,
  untilEnd = false,
): Promise<RestGap[]> {
  const latest = latestMs === null ? null : new Date(latestMs).toISOString();
  const rows = await query.rows<SelectedRow<typeof GAP>>({
    name: 'gaps_at',
    text: GAPS_AT,
    values: [guildId, new Date(earliestMs).toISOString(), latest, untilEnd],
  });
  return rows.map(toRestGap);
}
