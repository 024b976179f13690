import type { RestGap, RestGapPage } from '@discord-relay/contracts';
import { GAPS, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../database/read-model.database.js';

/** The columns of {@link toRestGap}. */
export const GAP_COLUMNS = [
  'gap_id',
  'cause',
  'opened_at',
  'from_time',
  'to_time',
  'closed_at',
  'recovered',
  'unrecoverable',
] as const;

const GAP = select(GAPS, [...GAP_COLUMNS, 'seq']);
type GapRow = SelectedRow<typeof GAP>;

/** SQL: whether a gap overlaps the time between two parameters; null: no bound. */
export const gapOverlaps = (from: string, to: string): string => `
    (${from}::timestamptz IS NULL OR coalesce(to_time, closed_at, 'infinity') >= ${from})
    AND (${to}::timestamptz IS NULL OR coalesce(from_time, opened_at, '-infinity') < ${to})`;

const PAGE = `
  SELECT ${GAP.list}
  FROM gaps WHERE guild_id = $1 AND seq < $2
    AND ${gapOverlaps('$4', '$5')}
  ORDER BY seq DESC LIMIT $3`;

export interface GapFilter {
  /** The sequence of the event that last changed a gap: only earlier ones. */
  before?: number | undefined;
  /** ISO 8601; a gap is listed if it overlaps the time. */
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
}

/** A page of a guild's gaps, newest first by the event that last changed them. */
export async function listGaps(query: Querying, guildId: string, filter: GapFilter): Promise<RestGapPage> {
  const { before = Number.MAX_SAFE_INTEGER, from = null, to = null, limit } = filter;
  const values = [guildId, before, limit + 1, from, to];
  const rows = await query.rows<GapRow>({ name: 'gaps', text: PAGE, values });
  const shown = rows.slice(0, limit);
  return { gaps: shown.map(toGap), next: rows.length > limit ? shown.at(-1)!.seq : null };
}

const toGap = ({ seq: _, ...row }: GapRow): RestGap => toRestGap(row);

type GapTimes = Pick<GapRow, 'fromTime' | 'toTime' | 'openedAt' | 'closedAt'>;

/** A row with its times as the API writes them; other columns stay. */
export const toRestGap = <Row extends GapTimes>({ fromTime, toTime, openedAt, closedAt, ...gap }: Row) => ({
  ...gap,
  openedAt: openedAt?.toISOString() ?? null,
  from: fromTime?.toISOString() ?? null,
  to: toTime?.toISOString() ?? null,
  closedAt: closedAt?.toISOString() ?? null,
});
