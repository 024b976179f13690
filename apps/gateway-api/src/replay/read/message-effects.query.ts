import { isStorableId } from '../../database/storable-id.js';
import type { Querying } from '../../database/read-model.database.js';
import type { MessageEffect } from '../convert/live-facts.js';

/** A creation or an update of a message. */
export interface MessageEventKey {
  messageId: string;
  seq: number;
}

interface Row {
  n: number;
  created: boolean;
  changed: boolean;
  revision: number | null;
}

/** An event created the message if the row says so, and brought the content that is stored with its sequence. */
const EFFECTS = `
  SELECT (i.n - 1)::int AS n, coalesce(m.created_seq, i.seq) = i.seq AS created,
         m.seq = i.seq OR m.content_seq = i.seq OR r.seq IS NOT NULL AS changed,
         CASE WHEN m.content_seq = i.seq THEN m.revision ELSE r.revision END AS revision
  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS i (id, seq, n)
  JOIN messages m ON m.id = i.id
  LEFT JOIN message_revisions r ON r.message_id = m.id AND r.seq = i.seq`;

/** The effect of each event, by its index; none: the read models do not know the message. */
export async function messageEffects(
  query: Querying,
  events: readonly (MessageEventKey | undefined)[],
): Promise<Map<number, MessageEffect>> {
  if (!events.some((event) => event !== undefined)) return new Map();
  const ids = events.map((event) => (event && isStorableId(event.messageId) ? event.messageId : null));
  const values = [ids, events.map((event) => event?.seq ?? 0)];
  const rows = await query.rows<Row>({ name: 'message_effects', text: EFFECTS, values });
  return new Map(
    rows.map(({ n, created, changed, revision }) => [
      n,
      { created, changed, revision: revision ?? undefined },
    ]),
  );
}
