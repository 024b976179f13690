import type { Snowflake } from '@discord-relay/contracts';
import { SHOWN } from './message-pages.js';
import type { Querying } from '../../database/read-model.database.js';

const NEWEST = `
  SELECT requested.id, newest.id AS "lastMessageId"
  FROM unnest($1::bigint[]) AS requested (id)
  CROSS JOIN LATERAL (SELECT id FROM messages WHERE channel_id = requested.id AND ${SHOWN} ORDER BY id DESC LIMIT 1) newest`;

/** As of `$2`; `$3`: an id later than every message of that time. A message that was deleted since does not count. */
const NEWEST_AS_OF = `
  SELECT requested.id, newest.id AS "lastMessageId"
  FROM unnest($1::bigint[]) AS requested (id)
  CROSS JOIN LATERAL (
    SELECT id FROM messages
    WHERE channel_id = requested.id AND deleted_at IS NULL AND created_seq <= $2 AND id < $3 ORDER BY id DESC LIMIT 1) newest`;

/** As {@link newestMessageIds}, after the event `seq`. */
export async function newestMessageIdsAsOf(
  query: Querying,
  channelIds: readonly string[],
  seq: number,
  endId: string,
): Promise<Map<Snowflake, { lastMessageId: Snowflake }>> {
  const rows = await query.rows<{ id: Snowflake; lastMessageId: Snowflake }>({
    name: 'newest_messages_as_of',
    text: NEWEST_AS_OF,
    values: [channelIds, seq, endId],
  });
  return new Map(rows.map(({ id, lastMessageId }) => [id, { lastMessageId }]));
}

/** The newest message of each of the channels that has one. */
export async function newestMessageIds(
  query: Querying,
  channelIds: readonly string[],
): Promise<Map<Snowflake, { lastMessageId: Snowflake }>> {
  const rows = await query.rows<{ id: Snowflake; lastMessageId: Snowflake }>({
    name: 'newest_messages',
    text: NEWEST,
    values: [channelIds],
  });
  return new Map(rows.map(({ id, lastMessageId }) => [id, { lastMessageId }]));
}
