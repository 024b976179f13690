import { PROJECTIONS, select, type SelectedRow } from '@discord-relay/read-model';
import type { QueryResultRow } from 'pg';
import type { Querying, Statement } from '../../database/read-model.database.js';
import { type CommittedTail, readCommittedTail } from './committed-changes.query.js';

const RETIRED = select(PROJECTIONS, ['schema']);

/** Whether changes between `seq` and the first change read are missing. */
export const isMissing = ({ head, changes: [first] }: CommittedTail, seq: number): boolean =>
  first ? first.guildPrev > seq : head > seq;

/**
 * Changes that the active projection lacks because it was still being built at the time, read from an earlier projection that
 * is kept for rollback. Only those that connect to `seq`; undefined if there are none.
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

/** Reads the tables of another schema, whose name is derived from a version number and therefore safe. */
const within = (relay: Querying, schema: string): Querying => ({
  rows: <R extends QueryResultRow>({ name, text, values }: Statement) =>
    relay.rows<R>({
      name: `${name}_${schema}`,
      text: text.replace(/\bFROM (feed_heads|changes)\b/g, `FROM ${schema}.$1`),
      values,
    }),
});
