import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { ConfigError } from '@discord-relay/platform/config';
import pg from 'pg';

const TIMEOUT_MS = 4_000;

/** @throws ConfigError when no NATS server with JetStream answers at NATS_URL */
export async function checkNats(url: string): Promise<void> {
  const connection = await connect({ servers: url, timeout: TIMEOUT_MS, maxReconnectAttempts: 0 }).catch(
    () => {
      throw new ConfigError([
        'NATS_URL: no NATS server answers there; start one, correct the URL, or unset the key',
      ]);
    },
  );
  try {
    await (await jetstreamManager(connection, { timeout: TIMEOUT_MS })).getAccountInfo();
  } catch {
    throw new ConfigError(['NATS_URL: the server has no JetStream; start it with -js']);
  } finally {
    await connection.close();
  }
}

/** @throws ConfigError when Postgres does not let us in at DATABASE_URL */
export async function checkPostgres(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: TIMEOUT_MS });
  try {
    await client.connect();
    await client.query('SELECT 1');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    throw new ConfigError([
      `DATABASE_URL: Postgres cannot be used (${reason}); start it, correct the URL, or unset the key`,
    ]);
  } finally {
    await client.end();
  }
}
