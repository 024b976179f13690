import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { ConfigError } from '@discord-relay/platform/config';
import pg from 'pg';

const TIMEOUT_MS = 4_000;

const CREDENTIALS =
  'put user:password@ or token@ before the host, or set NATS_CREDENTIALS_FILE to a credentials file';

/**
 * @param env keys of the services, of which those about NATS are used
 * @throws ConfigError when no NATS server with JetStream lets us in at NATS_URL, with the reason
 */
export async function checkNats(url: string, env: Record<string, string>): Promise<void> {
  // Loaded only here: a start of its own servers need not wait for it.
  const { loadConfig, natsOptions, platformSchema } = await import('@discord-relay/platform');
  const config = loadConfig(platformSchema.pick(NATS_KEYS), { ...env, NATS_URL: url });
  const limits = { timeout: TIMEOUT_MS, maxReconnectAttempts: 0, waitOnFirstConnect: false };
  const options = { ...natsOptions(config, 'local-stack'), ...limits };
  const connection = await connect(options).catch((error: unknown) => {
    throw new ConfigError([`NATS_URL: ${natsRefusal(error)}`]);
  });
  try {
    await (await jetstreamManager(connection, { timeout: TIMEOUT_MS })).getAccountInfo();
  } catch {
    throw new ConfigError(['NATS_URL: the server has no JetStream for this account; start it with -js']);
  } finally {
    await connection.close();
  }
}

const NATS_KEYS = { NATS_URL: true, NATS_CREDENTIALS_FILE: true, NATS_TLS_CA_FILE: true } as const;

/** Why a server did not let us in, and what to do about it; never what the URL holds. */
export function natsRefusal(error: unknown): string {
  const reasons = [error, error instanceof Error ? error.cause : undefined];
  const text = reasons.map((each) => (each instanceof Error ? `${each.name} ${each.message}` : '')).join(' ');
  if (/authoriz|authentic|permissions/i.test(text)) return `the server refuses this log-in; ${CREDENTIALS}`;
  if (/certificate|self.signed|unable to verify|CERT_/i.test(text))
    return 'the certificate of the server is not trusted; set NATS_TLS_CA_FILE to the CA that signed it';
  if (/tls|ssl|secure/i.test(text))
    return 'the server and the URL do not agree on TLS; write tls:// for a server that wants it, nats:// for one without';
  return 'no NATS server answers there; start one, correct the URL, or unset the key';
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
