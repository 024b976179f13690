import { guildFeed } from '@discord-relay/contracts';
import type { Querying } from '../../database/read-model.database.js';
import { isStorableId } from '../../database/storable-id.js';
import type { LoggedEvent } from '../select/logged-event.js';
import type { Redaction } from '../select/redact.js';

/** What the read models say about some events, in one state of the database. */
export interface BatchState {
  /** Sequence up to which a partition is projected. */
  projectedSeq: (partition: number) => number;
  /** Newest `seq` of the guild's own feed, which every change of access moves. */
  accessSeq: (guildId: string) => number;
  /** Whether the bot is in the guild. */
  isPresent: (guildId: string) => boolean;
  /** Why the content of the event at this index is withheld. */
  redaction: (index: number) => Redaction | undefined;
  /** Whether the event at this index is about a message that one of `authors` wrote and that still exists. */
  isByAuthor: (index: number) => boolean;
}

export interface BatchQuery {
  events: readonly LoggedEvent[];
  /** Whether contents that an edit replaced are withheld. */
  hideSuperseded: boolean;
  authors: ReadonlySet<string> | null;
}

interface Row {
  checkpoints: Record<string, number>;
  heads: Record<string, number>;
  present: string[];
  hidden: [index: number, reason: Redaction][];
  authored: number[];
}

/**
 * A message is shown if a request for it would be answered: it and its channel exist in the read models and are not deleted.
 * `$6`: only the newest content is shown.
 */
const STATE = `
  WITH asked AS MATERIALIZED (
    SELECT i.n - 1 AS n, m.author_id, m.deleted_at,
      CASE WHEN m.id IS NULL OR c.id IS NULL THEN 'not_projected' WHEN m.deleted_at IS NOT NULL THEN 'deleted'
           WHEN c.deleted_at IS NOT NULL THEN 'channel_deleted'
           WHEN $6 AND m.content_seq > i.seq THEN 'superseded' END AS reason
    FROM unnest($4::bigint[], $5::bigint[]) WITH ORDINALITY AS i (id, seq, n)
    LEFT JOIN messages m ON m.id = i.id LEFT JOIN channels c ON c.id = m.channel_id
    WHERE i.id IS NOT NULL)
  SELECT
    (SELECT coalesce(json_object_agg(partition, seq), '{}') FROM checkpoints WHERE partition = ANY ($1::int[])) AS checkpoints,
    (SELECT coalesce(json_object_agg(feed, seq), '{}') FROM feed_heads WHERE feed = ANY ($2::text[])) AS heads,
    ARRAY (SELECT id::text FROM guilds WHERE id = ANY ($3::bigint[]) AND left_at IS NULL) AS present,
    (SELECT coalesce(json_agg(json_build_array(n, reason)), '[]') FROM asked WHERE reason IS NOT NULL) AS hidden,
    (SELECT coalesce(json_agg(n), '[]') FROM asked
     WHERE reason IS NULL AND author_id = ANY ($7::bigint[])) AS authored`;

export async function readBatchState(
  query: Querying,
  { events, hideSuperseded, authors }: BatchQuery,
): Promise<BatchState> {
  const guildIds = [...new Set(events.map(({ guildId }) => guildId))].filter(isStorableId);
  const messageIds = events.map(({ messageId }) => (isStorableId(messageId) ? messageId : null));
  const seqs = hideSuperseded ? events.map(({ seq }) => seq) : [];
  const [row] = await query.rows<Row>({
    name: 'event_batch_state',
    text: STATE,
    values: [
      [...new Set(events.map(({ partition }) => partition))],
      guildIds.map(guildFeed),
      guildIds,
      arrayLiteral(messageIds),
      arrayLiteral(seqs),
      hideSuperseded,
      authors && [...authors],
    ],
  });
  const { checkpoints, heads, present, hidden, authored } = row!;
  const presentIds = new Set(present);
  const reasons = new Map(hidden);
  const authoredIndexes = new Set(authored);
  return {
    projectedSeq: (partition) => checkpoints[partition] ?? 0,
    accessSeq: (guildId) => heads[guildFeed(guildId)] ?? 0,
    isPresent: (guildId) => presentIds.has(guildId),
    redaction: (index) => reasons.get(index) ?? unstorable(events[index]!, messageIds[index]!),
    isByAuthor: (index) => authoredIndexes.has(index),
  };
}

/** For numbers only. The driver takes each element of an array for a text that may need quotes, which costs much more. */
const arrayLiteral = (values: readonly (string | number | null | undefined)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join()}}`;

/** An id that no row can have belongs to a message that the read models do not know. */
function unstorable({ messageId }: LoggedEvent, stored: string | null): Redaction | undefined {
  return messageId !== undefined && stored === null ? 'not_projected' : undefined;
}
