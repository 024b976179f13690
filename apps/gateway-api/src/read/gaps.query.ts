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
  FROM gaps WHERE guild_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`;

/** A page of a guild's gaps, newest first by the event that last changed them; `before` is the sequence of such an event. */
export async function listGaps(
  query: Querying,
  guildId: string,
  before = Number.MAX_SAFE_INTEGER,
  limit: number,
): Promise<RestGapPage> {
  const values = [guildId, before, limit + 1];
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
