import type { RestChannelStatistics, RestCounts, RestGuildStatistics } from '@discord-relay/contracts';
import type { Querying } from './read-model.database.js';

/** From `from` on and before `to`. */
export interface Span {
  from: Date;
  to: Date;
}

const HOURS = `
  SELECT hour, messages, edits, deletions, reactions FROM hourly_counts
  WHERE channel_id = $1 AND hour >= $2 AND hour < $3 ORDER BY hour`;

/** What happened in a channel in each hour that begins in the span. */
export async function channelStatistics(
  query: Querying,
  channelId: string,
  { from, to }: Span,
): Promise<RestChannelStatistics['hours']> {
  const values = [channelId, from, to];
  const rows = await query.rows<RestCounts & { hour: Date }>({ name: 'hours', text: HOURS, values });
  return rows.map((row) => ({ ...row, hour: row.hour.toISOString() }));
}

const SUMS = `
  SELECT channel_id AS "channelId", sum(messages)::float8 AS messages, sum(edits)::float8 AS edits,
         sum(deletions)::float8 AS deletions, sum(reactions)::float8 AS reactions
  FROM hourly_counts WHERE channel_id = ANY ($1::bigint[]) AND hour >= $2 AND hour < $3
  GROUP BY channel_id ORDER BY messages DESC, channel_id`;

/** What happened in each of the channels in the span, busiest first; channels where nothing did are absent. */
export async function sumsOfChannels(
  query: Querying,
  channelIds: readonly string[],
  { from, to }: Span,
): Promise<RestGuildStatistics['channels']> {
  return await query.rows({ name: 'sums_of_channels', text: SUMS, values: [channelIds, from, to] });
}
