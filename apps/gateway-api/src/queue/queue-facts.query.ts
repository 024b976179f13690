import { compareSnowflakes, type QueueSettings, type Snowflake } from '@discord-relay/contracts';
import type { Querying } from '../database/read-model.database.js';
import {
  itemOfThread,
  itemsOfChannel,
  placed,
  type PlacedItem,
  type ThreadFacts,
  type UserMessage,
} from './queue-item.js';

/** Limits of one evaluation: a guild may accumulate more conversations than can be evaluated at once. */
export interface QueueLimits {
  /** Newest threads of the queue's channels. */
  threads: number;
  /** Newest messages of each text channel. */
  messages: number;
}

/** Messages written by users: not by bots or webhooks, and no system messages of Discord. */
const BY_USERS = `m.deleted_at IS NULL AND NOT m.partial AND m.author_id IS NOT NULL AND m.webhook_id IS NULL
  AND coalesce(m.type, 0) IN (0, 19) AND NOT coalesce((m.author ->> 'bot')::boolean, false)`;

const STAFF = `
  SELECT user_id AS id FROM members
  WHERE guild_id = $1 AND left_at IS NULL
    AND role_ids && ARRAY(SELECT id FROM roles WHERE id = ANY ($2::bigint[]) AND deleted_at IS NULL)`;

/** `limit` undefined: only the threads in $4; otherwise the newest ones, and one more. One plan would not suit both. */
const threads = (limit?: number) => `
  WITH newest AS MATERIALIZED (
    SELECT t.id, t.name, t.type, t.parent_id, t.owner_id, t.archived, t.applied_tag_ids
    FROM channels t JOIN channels p ON p.id = t.parent_id AND p.deleted_at IS NULL
    WHERE t.parent_id = ANY ($2::bigint[]) AND t.guild_id = $1 AND t.archived IS NOT NULL AND t.deleted_at IS NULL
      AND t.name IS NOT NULL AND t.type IS NOT NULL ${limit === undefined ? 'AND t.id = ANY ($4::bigint[])' : ''}
    ORDER BY t.id DESC ${limit === undefined ? '' : `LIMIT ${limit + 1}`}),
  said AS (
    SELECT m.channel_id, m.id, m.author_id, m.author_id = ANY ($3::bigint[]) AS is_staff
    FROM newest t JOIN messages m ON m.channel_id = t.id WHERE ${BY_USERS}),
  placed AS (
    SELECT *, max(id) FILTER (WHERE is_staff) OVER thread AS last_of_staff,
      min(id) FILTER (WHERE NOT is_staff) OVER thread AS first_of_member,
      last_value(author_id) OVER (thread ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_speaker
    FROM said WINDOW thread AS (PARTITION BY channel_id)),
  summed AS (
    SELECT channel_id, min(first_of_member) AS first_of_member, max(last_of_staff) AS last_of_staff,
      min(last_speaker) AS last_speaker, max(id) AS last,
      min(id) FILTER (WHERE is_staff) AS first_of_staff,
      min(id) FILTER (WHERE is_staff AND id > first_of_member) AS first_answer,
      min(id) FILTER (WHERE NOT is_staff AND id > coalesce(last_of_staff, 0)) AS first_unanswered
    FROM placed GROUP BY channel_id)
  SELECT t.id, t.parent_id AS "parentId", t.type, t.name, t.owner_id AS "openerId", t.archived,
    coalesce(t.applied_tag_ids, '{}')::text[] AS "tagIds",
    coalesce(t.owner_id <> ALL ($3::bigint[]) AND NOT coalesce((o.profile ->> 'bot')::boolean, false), false) AS "isOpenedByMember",
    s.first_of_member AS "firstOfMember", s.first_of_staff AS "firstOfStaff", s.first_answer AS "firstAnswer",
    s.last_of_staff AS "lastOfStaff", s.first_unanswered AS "firstUnanswered", s.last, s.last_speaker AS "lastSpeakerId"
  FROM newest t LEFT JOIN summed s ON s.channel_id = t.id
  LEFT JOIN members o ON o.guild_id = $1 AND o.user_id = t.owner_id`;

const SOME_THREADS = threads();

/** The newest messages of each channel, and one more. */
const messagesOf = (limit: number) => `
  SELECT c.id AS "channelId", c.name, m.id, m.author_id AS "authorId", m.author_id = ANY ($3::bigint[]) AS "seesAllChannels",
    CASE WHEN m.reference ->> 'type' = 'default' THEN m.reference ->> 'messageId' END AS "replyTo"
  FROM channels c CROSS JOIN LATERAL (
    SELECT m.* FROM messages m WHERE m.channel_id = c.id AND ${BY_USERS} ORDER BY m.id DESC LIMIT ${limit + 1}) m
  WHERE c.id = ANY ($2::bigint[]) AND c.guild_id = $1 AND c.deleted_at IS NULL AND c.name IS NOT NULL
  ORDER BY m.id`;

/** The inputs of an evaluation besides the rows. */
export interface QueueRules {
  guildId: Snowflake;
  settings: QueueSettings;
  staff: ReadonlySet<Snowflake>;
  limits: QueueLimits;
}

/** The items of a thread or text channel, by its id. */
export type ItemsByChannel = Map<Snowflake, readonly PlacedItem[]>;

/** The items that were read, and what the limits left out. */
export interface QueueReading {
  items: ItemsByChannel;
  /** Whether there are older threads. Always false for given threads. */
  hasOlderThreads: boolean;
  /** Text channels with older messages. */
  cutChannels: ReadonlySet<Snowflake>;
}

/** Current members with a staff role. */
export async function readStaff(
  query: Querying,
  guildId: string,
  roleIds: readonly string[],
): Promise<Set<Snowflake>> {
  const values = [guildId, roleIds];
  const rows = await query.rows<{ id: Snowflake }>({ name: 'queue_staff', text: STAFF, values });
  return new Set(rows.map(({ id }) => id));
}

/** Evaluates the given threads and text channels, or all; those outside the queue are absent from the result. */
export async function readItems(
  query: Querying,
  rules: QueueRules,
  only: ReadonlySet<Snowflake> | null,
): Promise<QueueReading> {
  const { settings, limits } = rules;
  const found = await readThreads(query, rules, only);
  const hasOlderThreads = !only && found.length > limits.threads;
  const newest = hasOlderThreads ? found.sort(newestFirst).slice(0, limits.threads) : found;
  const items: ItemsByChannel = new Map(newest.map((row) => [row.id, [placed(itemOfThread(row, settings))]]));
  const cutChannels = new Set<Snowflake>();
  const textChannels = settings.messageChannelIds.filter((id) => !only || only.has(id));
  for (const [id, said] of byChannel(await readMessages(query, rules, textChannels))) {
    if (said.length > limits.messages) cutChannels.add(id);
    items.set(id, itemsOfChannel({ id, name: said[0]!.name }, said.slice(-limits.messages)).map(placed));
  }
  return { items, hasOlderThreads, cutChannels };
}

const newestFirst = (a: ThreadFacts, b: ThreadFacts): number => compareSnowflakes(b.id, a.id);

function readThreads(
  query: Querying,
  { guildId, settings, staff, limits }: QueueRules,
  only: ReadonlySet<Snowflake> | null,
): Promise<ThreadFacts[]> {
  const values = [guildId, settings.channelIds, [...staff]];
  return query.rows<ThreadFacts>(
    only
      ? { name: 'queue_threads_some', text: SOME_THREADS, values: [...values, [...only]] }
      : { name: `queue_threads_${limits.threads}`, text: threads(limits.threads), values },
  );
}

type ChannelMessage = UserMessage & { channelId: Snowflake; name: string };

async function readMessages(
  query: Querying,
  { guildId, staff, limits }: QueueRules,
  channelIds: readonly Snowflake[],
): Promise<ChannelMessage[]> {
  if (channelIds.length === 0) return [];
  return query.rows<ChannelMessage>({
    name: `queue_messages_${limits.messages}`,
    text: messagesOf(limits.messages),
    values: [guildId, channelIds, [...staff]],
  });
}

function byChannel<M extends { channelId: Snowflake }>(messages: readonly M[]): Map<Snowflake, M[]> {
  const grouped = new Map<Snowflake, M[]>();
  for (const message of messages) {
    const said = grouped.get(message.channelId);
    if (said) said.push(message);
    else grouped.set(message.channelId, [message]);
  }
  return grouped;
}
