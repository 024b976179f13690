import { join } from 'node:path';
import type pg from 'pg';
import {
  createReadModelDataSource,
  MESSAGES,
  PROJECTION_VERSION,
  projectionSchema,
} from '@discord-relay/read-model';

/** Rows per second of Postgres' COPY of all messages, from a file on the server into an empty table with the same indexes. */
export async function copyRate(client: pg.Client, dataDir: string): Promise<number> {
  const file = join(dataDir, 'cluster', 'messages.copy');
  const { rowCount: rows } = await client.query(`COPY messages TO '${file}'`);
  await client.query('CREATE TABLE raw_messages (LIKE messages INCLUDING ALL)');
  await client.query('CHECKPOINT');
  const startedAtMs = performance.now();
  await client.query(`COPY raw_messages FROM '${file}'`);
  return Math.round((rows! / (performance.now() - startedAtMs)) * 1_000);
}

/** Rows per second of TypeORM's `save`, one message after another, into an empty table. */
export async function saveRate(client: pg.Client, url: string, sample: number): Promise<number> {
  const dataSource = await createReadModelDataSource({
    url,
    schema: projectionSchema(PROJECTION_VERSION),
  }).initialize();
  try {
    const messages = dataSource.getRepository(MESSAGES.name);
    const rows = await messages.find({ take: sample });
    await client.query('TRUNCATE messages');
    const startedAtMs = performance.now();
    for (const row of rows) await messages.save(row);
    return Math.round((rows.length / (performance.now() - startedAtMs)) * 1_000);
  } finally {
    await dataSource.destroy();
  }
}
