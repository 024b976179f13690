import {
  compareSnowflakes,
  type RestTombstone,
  type Snowflake,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import type { Querying } from '../../database/read-model.database.js';
import { findMessagesAsOf, type Redacting } from './messages-as-of.query.js';

/** After the event `from`, up to the event `to`. */
export interface SeqRange {
  from: number;
  to: number;
}

/** A part of the changed items, ordered by id. */
interface Page {
  after: string;
  limit: number;
}

const MEMBERS = `
  SELECT DISTINCT id FROM (
    SELECT id FROM row_versions
    WHERE of_table = 'members' AND guild_id = $1 AND id > $4 AND until_seq > $2 AND until_seq <= $3
    UNION ALL
    SELECT user_id FROM members WHERE guild_id = $1 AND user_id > $4 AND seq > $2 AND seq <= $3) changed
  ORDER BY id LIMIT $5`;

/** Ids of the members of a guild whose rows changed. */
export async function changedMembers(
  query: Querying,
  guildId: string,
  { from, to }: SeqRange,
  { after, limit }: Page,
): Promise<Snowflake[]> {
  const rows = await query.rows<{ id: Snowflake }>({
    name: 'changed_members',
    text: MEMBERS,
    values: [guildId, from, to, after, limit],
  });
  return rows.map(({ id }) => id);
}

/** Each part in the order of the ids, so that none is read further than the page. */
const MESSAGES = `
  SELECT DISTINCT ON (id) id, created_at AS "createdAt", deleted FROM (
    (SELECT id, created_at, false AS deleted FROM messages
     WHERE channel_id = $1 AND deleted_at IS NULL AND id > $4 AND created_seq > $2 AND created_seq <= $3 ORDER BY id LIMIT $5)
    UNION ALL
    (SELECT id, created_at, true FROM messages
     WHERE channel_id = $1 AND deleted_at IS NOT NULL AND id > $4 AND created_seq <= $3 AND seq > $2
       AND (created_seq > $2 OR seq <= $3) ORDER BY id LIMIT $5)
    UNION ALL
    (SELECT m.id, m.created_at, false FROM (
       SELECT DISTINCT message_id FROM message_versions
       WHERE channel_id = $1 AND until_seq > $2 AND until_seq <= $3 AND message_id > $4 ORDER BY message_id LIMIT $5) v
     JOIN messages m ON m.id = v.message_id)) changed
  ORDER BY id LIMIT $5`;

interface ChangedRow {
  id: Snowflake;
  createdAt: Date;
  deleted: boolean;
}

export interface ChangedMessages {
  created: WireHistoryMessage[];
  changed: { before: WireHistoryMessage; after: WireHistoryMessage }[];
  deleted: RestTombstone[];
  next: Snowflake | null;
}

/** The messages of a channel that changed, each as it was at both ends. */
export async function changedMessages(
  query: Querying,
  channelId: string,
  range: SeqRange,
  { after, limit, hideSuperseded }: Page & Redacting,
): Promise<ChangedMessages> {
  const rows = await query.rows<ChangedRow>({
    name: 'changed_messages',
    text: MESSAGES,
    values: [channelId, range.from, range.to, after, limit + 1],
  });
  rows.sort((a, b) => compareSnowflakes(a.id, b.id));
  const page = rows.slice(0, limit);
  const ids = page.filter(({ deleted }) => !deleted).map(({ id }) => id);
  const before = await byId(query, ids, { seq: range.from, hideSuperseded });
  const afterwards = [...(await byId(query, ids, { seq: range.to, hideSuperseded })).values()];
  return {
    created: afterwards.filter(({ id }) => !before.has(id)),
    changed: afterwards.flatMap((message) => {
      const old = before.get(message.id);
      return old ? [{ before: old, after: message }] : [];
    }),
    deleted: page
      .filter(({ deleted }) => deleted)
      .map(({ id, createdAt }) => ({ id, timestamp: createdAt.toISOString() })),
    next: rows.length > limit ? page.at(-1)!.id : null,
  };
}

async function byId(
  query: Querying,
  ids: readonly Snowflake[],
  asOf: Parameters<typeof findMessagesAsOf>[2],
): Promise<Map<string, WireHistoryMessage>> {
  const messages = await findMessagesAsOf(query, ids, asOf);
  return new Map(messages.map((message) => [message.id, message]));
}
