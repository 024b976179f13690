import { PROJECTIONS, select, type SelectedRow } from '@discord-relay/read-model';
import type { QueryResultRow } from 'pg';
import type { Querying, Statement } from '../../database/read-model.database.js';
import { type CommittedTail, readCommittedTail } from './committed-changes.query.js';

const RETIRED = select(PROJECTIONS, ['schema']);

/** Whether changes between `seq` and what was read are not there. */
export const isMissing = ({ head, changes: [first] }: CommittedTail, seq: number): boolean =>
  first ? first.guildPrev > seq : head > seq;

/**
 * Changes that the projection that is read does not have, as it was still being built, from one that was read before and
 * is kept as the way back. Those alone that connect to `seq`; undefined when there are none.
 */
export async function readEarlierChanges(
  relay: Querying,
  guildId: string,
  seq: number,
  limit: number,
): Promise<CommittedTail | undefined> {
  const retired = await relay.rows<SelectedRow<typeof RETIRED>>({
    name: 'webhooks_retired',
    text: `SELECT ${RETIRED.list} FROM projections WHERE retired_at IS NOT NULL AND to_regclass(schema || '.changes') IS NOT NULL
           ORDER BY retired_at DESC`,
    values: [],
  });
  for (const { schema } of retired) {
    const { changes } = await readCommittedTail(within(relay, schema), guildId, seq, limit);
    let at = seq;
    const connected = changes.filter((change) => {
      if (change.guildPrev > at) return false;
      at = change.seq;
      return true;
    });
    if (connected.length > 0) return { head: at, changes: connected };
  }
  return undefined;
}

/** The tables of another schema: its name is ours, made of a number. */
const within = (relay: Querying, schema: string): Querying => ({
  rows: <R extends QueryResultRow>({ name, text, values }: Statement) =>
    relay.rows<R>({
      name: `${name}_${schema}`,
      text: text.replace(/\bFROM (feed_heads|changes)\b/g, `FROM ${schema}.$1`),
      values,
    }),
});
