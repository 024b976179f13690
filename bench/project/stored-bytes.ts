import { LOG_STREAM } from '@discord-relay/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type pg from 'pg';

/** Bytes on disk for each event of the log. */
export interface StoredBytes {
  logBytes: number;
  /** Rows that remain, with their indexes but that of search, which is built later. */
  rowBytes: number;
}

/** Changes are kept for a day only. */
const TABLES = `
  SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::float8 AS bytes
  FROM pg_class
  WHERE relkind IN ('r', 'm') AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE 'changes%'`;

/** What a log of `events` and its projection, the first in the search path of `client`, take on disk. */
export async function storedBytes(
  connection: NatsConnection,
  client: pg.Client,
  events: number,
): Promise<StoredBytes> {
  const { state } = await (await jetstreamManager(connection)).streams.info(LOG_STREAM);
  const { rows } = await client.query<{ bytes: number }>(TABLES);
  const each = (bytes: number) => Math.round(bytes / events);
  return {
    logBytes: each(state.bytes),
    rowBytes: each(rows[0]!.bytes),
  };
}
