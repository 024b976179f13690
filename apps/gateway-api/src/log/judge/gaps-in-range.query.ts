import type { RestGap, Snowflake } from '@discord-relay/contracts';
import { GAPS, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';
import { GAP_COLUMNS, gapOverlaps, toRestGap } from '../../read/gaps.query.js';

const GAP = select(GAPS, [...GAP_COLUMNS, 'guild_id']);
type GapRow = SelectedRow<typeof GAP>;

/** In the order of the key, after the last gap of the page before. */
const PAGE = `
  SELECT ${GAP.list} FROM gaps
  WHERE ($1::bigint[] IS NULL OR guild_id = ANY ($1))
    AND ${gapOverlaps('$2', '$3')}
    AND ($4::text IS NULL OR (gap_id, guild_id) > ($4, $5::bigint))
  ORDER BY gap_id, guild_id LIMIT $6`;

export interface GapRange {
  /** null: every guild. */
  guildIds: readonly string[] | null;
  /** Milliseconds since the Unix epoch; null: no bound. */
  fromMs: number | null;
  toMs: number | null;
}

/** A gap in what Discord told about a guild. */
export type GuildGap = RestGap & { guildId: Snowflake };

const GAPS_PER_PAGE = 100;

/** The gaps that overlap the range, read in pages. */
export async function* gapsInRange(query: Querying, range: GapRange): AsyncGenerator<GuildGap> {
  let after: GuildGap | undefined;
  do {
    const page = await gapPage(query, range, after, GAPS_PER_PAGE);
    yield* page;
    after = page.length === GAPS_PER_PAGE ? page.at(-1) : undefined;
  } while (after);
}

/** At most `limit` gaps that overlap the range, after the given one. */
async function gapPage(
  query: Querying,
  { guildIds, fromMs, toMs }: GapRange,
  after: GuildGap | undefined,
  limit: number,
): Promise<GuildGap[]> {
  const rows = await query.rows<GapRow>({
    name: 'gaps_in_range',
    text: PAGE,
    values: [guildIds, iso(fromMs), iso(toMs), after?.gapId ?? null, after?.guildId ?? null, limit],
  });
  return rows.map(toRestGap);
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
