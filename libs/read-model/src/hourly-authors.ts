/** Messages with a known author. A deleted message keeps no author. */
export const AUTHORED = 'deleted_at IS NULL AND NOT partial AND author_id IS NOT NULL';

/** SQL for the hour in which a row of `messages` is counted. */
export const HOUR_OF_MESSAGE = `date_trunc('hour', created_at, 'UTC')`;

/**
 * SQL for the number of different authors by channel and hour: rows of `channel_id`, `hour` and `authors`, without rows for
 * hours without authors. It counts `messages` at query time, see ADR 14. `where` narrows the messages by channel and id.
 */
export const hourlyAuthors = (where: string): string => `
  SELECT channel_id, ${HOUR_OF_MESSAGE} AS hour, count(DISTINCT author_id)::int AS authors
  FROM messages WHERE ${AUTHORED} AND ${where} GROUP BY 1, 2`;
