import type { VersionedTable } from './tables/index.js';

/** The parts of the keys of `row_versions` in a table. */
const IDS: Readonly<Record<VersionedTable, { guild: string; id: string }>> = {
  channels: { guild: 'guild_id', id: 'id' },
  guilds: { guild: 'id', id: 'id' },
  members: { guild: 'guild_id', id: 'user_id' },
  roles: { guild: 'guild_id', id: 'id' },
  voice_states: { guild: 'guild_id', id: 'user_id' },
};

/** The row `r` of a `version`, or the current row if there is none. */
const rowOf = (current: string): string =>
  `CROSS JOIN LATERAL jsonb_populate_record(CASE WHEN version.until_seq IS NULL THEN ${current} END, version.before) r`;

/**
 * SQL for the rows of a table as they were after the event at the sequence `seq`, a parameter. `where` selects rows by columns of
 * the key, with the alias `now`. Each row costs one look-up, however many versions it has.
 */
export function rowsAsOf(table: VersionedTable, seq: string, where: string): string {
  const { guild, id } = IDS[table];
  return `
    SELECT r.* FROM ${table} now
    LEFT JOIN LATERAL (
      SELECT v.until_seq, v.before FROM row_versions v
      WHERE v.of_table = '${table}' AND v.guild_id = now.${guild} AND v.id = now.${id} AND v.until_seq > ${seq}
      ORDER BY v.until_seq LIMIT 1) version ON true
    ${rowOf('now')}
    WHERE ${where} AND r.${id} IS NOT NULL${table === 'members' ? ` AND r.seq <= ${seq}` : ''}`;
}

/**
 * SQL for messages as they were after the event at `seq`, as rows of `messages`; `ids` is a query of the ids of messages that had
 * been created by then and are not deleted now.
 */
export const messagesAsOf = (seq: string, ids: string): string => `
  SELECT r.* FROM (${ids}) page JOIN messages now ON now.id = page.id
  LEFT JOIN LATERAL (
    SELECT v.until_seq, v.before FROM message_versions v
    WHERE v.message_id = now.id AND v.until_seq > ${seq} ORDER BY v.until_seq LIMIT 1) version ON true
  ${rowOf('now')}`;

/** SQL for the reactions to a message that existed then: rows of `emoji_key`, `user_id` and `burst`. */
export const reactionsAsOf = (seq: string, messageId: string): string => `
  SELECT emoji_key, user_id, burst FROM reactions WHERE message_id = ${messageId} AND seq <= ${seq}
  UNION ALL
  SELECT emoji_key, user_id, burst FROM past_reactions
  WHERE message_id = ${messageId} AND seq <= ${seq} AND until_seq > ${seq}`;

/** SQL for the votes for the answers of a poll as they were then: rows of `answer_id` and `votes`. */
export const pollCountsAsOf = (seq: string, messageId: string): string => `
  SELECT counted.* FROM poll_counts now
  LEFT JOIN LATERAL (
    SELECT v.until_seq, v.votes FROM poll_count_versions v
    WHERE v.message_id = now.message_id AND v.answer_id = now.answer_id AND v.until_seq > ${seq}
    ORDER BY v.until_seq LIMIT 1) version ON true
  CROSS JOIN LATERAL (
    SELECT now.answer_id, CASE WHEN version.until_seq IS NULL THEN now.votes ELSE version.votes END AS votes) counted
  WHERE now.message_id = ${messageId} AND counted.votes IS NOT NULL`;
