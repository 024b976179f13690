import {
  firstSnowflakeAt,
  type RestChannelStatistics,
  type RestCounts,
  type RestGuildHour,
  type RestGuildStatistics,
} from '@discord-relay/contracts';
import {
  AUTHORED,
  HOUR_OF_MESSAGE,
  HOURLY_COUNTS,
  hourlyAuthors,
  select,
  type SelectedRow,
} from '@discord-relay/read-model';
import type { Querying } from '../database/read-model.database.js';

/** `from` is inclusive, `to` exclusive. */
export interface Span {
  from: Date;
  to: Date;
}

const HOUR_MS = 3_600_000;

/** An id begins with its time, so the index of a channel's history finds the messages of a time range. */
const OF_TIME = 'id >= $4 AND id < $5';

const HOUR = select(HOURLY_COUNTS, ['hour', 'messages', 'edits', 'deletions', 'reactions']);
type HourRow = SelectedRow<typeof HOUR> & Pick<RestCounts, 'authors'>;

const HOURS = `
  SELECT ${HOUR.list}, coalesce(authors, 0) AS authors
  FROM hourly_counts LEFT JOIN (${hourlyAuthors(`channel_id = $1 AND ${OF_TIME}`)}) AS counted
       USING (channel_id, hour)
  WHERE channel_id = $1 AND hour >= $2 AND hour < $3 ORDER BY hour`;

/** Counts of a channel for each hour that begins in the span. */
export async function channelStatistics(
  query: Querying,
  channelId: string,
  span: Span,
): Promise<RestChannelStatistics['hours']> {
  const values = [channelId, ...bounds(span)];
  const rows = await query.rows<HourRow>({ name: 'hours', text: HOURS, values });
  return rows.map((row) => ({ ...row, hour: row.hour.toISOString() }));
}

const AUTHORS = `
  SELECT count(DISTINCT author_id)::int FROM messages
  WHERE ${AUTHORED} AND messages.channel_id = sums.channel_id AND ${OF_TIME}
        AND ${HOUR_OF_MESSAGE} >= $2 AND ${HOUR_OF_MESSAGE} < $3`;

const SUMS = `
  SELECT channel_id AS "channelId", (SELECT name FROM channels WHERE id = channel_id) AS name, messages, edits, deletions, reactions, (${AUTHORS}) AS authors
  FROM (SELECT channel_id, sum(messages)::float8 AS messages, sum(edits)::float8 AS edits,
               sum(deletions)::float8 AS deletions, sum(reactions)::float8 AS reactions
        FROM hourly_counts WHERE channel_id = ANY ($1::bigint[]) AND hour >= $2 AND hour < $3
        GROUP BY channel_id) AS sums
  ORDER BY messages DESC, channel_id`;

/** Counts of each channel over the span, busiest first; channels without activity are absent. */
export async function sumsOfChannels(
  query: Querying,
  channelIds: readonly string[],
  span: Span,
): Promise<RestGuildStatistics['channels']> {
  return await query.rows({ name: 'sums_of_channels', text: SUMS, values: [channelIds, ...bounds(span)] });
}

const HOURS_OF_CHANNELS = `
  SELECT hour, sum(messages)::float8 AS messages, sum(edits)::float8 AS edits, sum(deletions)::float8 AS deletions,
         sum(reactions)::float8 AS reactions
  FROM hourly_counts WHERE channel_id = ANY ($1::bigint[]) AND hour >= $2 AND hour < $3 GROUP BY hour ORDER BY hour`;

/** Counts of these channels together, for each hour that begins in the span. */
export async function hoursOfChannels(
  query: Querying,
  channelIds: readonly string[],
  { from, to }: Span,
): Promise<RestGuildHour[]> {
  const rows = await query.rows<Omit<RestGuildHour, 'hour'> & { hour: Date }>({
    name: 'hours_of_channels',
    text: HOURS_OF_CHANNELS,
    values: [channelIds, from, to],
  });
  return rows.map((row) => ({ ...row, hour: row.hour.toISOString() }));
}

/** The span, and the ids that bound all messages of its hours: the last hour may end after `to`. */
function bounds({ from, to }: Span): unknown[] {
  const [first, end] = [from.getTime(), to.getTime() + HOUR_MS].map(firstSnowflakeAt);
  return [from, to, first, end];
}
