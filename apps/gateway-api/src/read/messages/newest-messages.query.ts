import type { Snowflake } from '@discord-relay/contracts';
import { SHOWN } from './message-pages.js';
import type { Querying } from '../../database/read-model.database.js';

const NEWEST = `
  SELECT requested.id, newest.id AS "lastMessageId"
  FROM unnest($1::bigint[]) AS requested (id)
  CROSS JOIN LATERAL (SELECT id FROM messages WHERE channel_id = requested.id AND ${SHOWN} ORDER BY id DESC LIMIT 1) newest`;

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
