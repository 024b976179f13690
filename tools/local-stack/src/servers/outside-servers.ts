import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { ConfigError, explainNatsError } from '@discord-relay/platform/config';
import pg from 'pg';

const TIMEOUT_MS = 8_000;

/**
 * @param env the environment of the services, of which the keys for NATS are used
 * @throws ConfigError with the reason when no NATS server with JetStream accepts a connection at NATS_URL
 */
export async function checkNats(url: string, env: Record<string, string>): Promise<void> {
  // Imported here, so that a start with local servers need not load it.
  const { loadConfig, natsOptions, platformSchema } = await import('@discord-relay/platform');
  const config = loadConfig(platformSchema.pick(NATS_KEYS), { ...env, NATS_URL: url });
  const limits = { timeout: TIMEOUT_MS, maxReconnectAttempts: 0, waitOnFirstConnect: false };
  const options = { ...natsOptions(config, 'local-stack'), ...limits };
  const connection = await connect(options).catch((error: unknown) => {
    throw new ConfigError([`NATS_URL: ${explainNatsError(error)}`]);
  });
  try {
    await (await jetstreamManager(connection, { timeout: TIMEOUT_MS })).getAccountInfo();
  } catch {
    throw new ConfigError(['NATS_URL: the server has no JetStream for this account; start it with -js']);
  } finally {
    await connection.close();
  }
}

const NATS_KEYS = {
  NATS_URL: true,
  NATS_CREDENTIALS_FILE: true,
  NATS_NKEY_SEED_FILE: true,
  NATS_TLS_CA_FILE: true,
  NATS_TLS_CERT_FILE: true,
  NATS_TLS_KEY_FILE: true,
  NATS_TLS_FIRST: true,
  NATS_INBOX_PREFIX: true,
} as const;

/**
 * Does not check a list of servers: the services look for the one that accepts writes, and say what they find.
 * @throws ConfigError when Postgres does not accept a connection at DATABASE_URL
 */
export async function checkPostgres(connectionString: string): Promise<void> {
  if (new URL(connectionString).searchParams.get('host')?.includes(',')) return;
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: TIMEOUT_MS });
  // The server may end the session between two statements; the next one fails.
  client.on('error', () => undefined);
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
