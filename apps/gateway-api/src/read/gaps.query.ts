import type { RestGap, RestGapPage } from '@discord-relay/contracts';
import { GAPS, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../database/read-model.database.js';

const GAP = select(GAPS, [
  'gap_id',
  'cause',
  'opened_at',
  'from_time',
  'to_time',
  'closed_at',
  'recovered',
  'unrecoverable',
  'seq',
]);
type GapRow = SelectedRow<typeof GAP>;

const PAGE = `
  SELECT ${GAP.list}
  FROM gaps WHERE guild_id = $1 AND seq < $2
    AND ($4::timestamptz IS NULL OR coalesce(to_time, closed_at, 'infinity') >= $4)
    AND ($5::timestamptz IS NULL OR coalesce(from_time, opened_at, '-infinity') < $5)
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

const toGap = ({ fromTime, toTime, openedAt, closedAt, seq: _, ...gap }: GapRow): RestGap => ({
  ...gap,
  openedAt: openedAt?.toISOString() ?? null,
  from: fromTime?.toISOString() ?? null,
  to: toTime?.toISOString() ?? null,
  closedAt: closedAt?.toISOString() ?? null,
});
