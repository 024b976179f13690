/** Of these messages it is known that they were written and by whom: of a deleted one nobody keeps who wrote it. */
export const AUTHORED = 'deleted_at IS NULL AND NOT partial AND author_id IS NOT NULL';

/** The hour in which a message of `messages` is counted. */
export const HOUR_OF_MESSAGE = `date_trunc('hour', created_at, 'UTC')`;

/**
 * SQL for the number of different authors by channel and hour: rows of `channel_id`, `hour` and `authors`; an hour without
 * any is absent. It is counted from `messages` when it is asked for, see ADR 14; `where` narrows them by channel and id.
 */
export const hourlyAuthors = (where: string): string => `
  SELECT channel_id, ${HOUR_OF_MESSAGE} AS hour, count(DISTINCT author_id)::int AS authors
  FROM messages WHERE ${AUTHORED} AND ${where} GROUP BY 1, 2`;
