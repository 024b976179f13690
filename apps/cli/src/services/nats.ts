import { ConfigError, type NatsConfig, natsOptions, explainNatsError } from '@discord-relay/platform';
import { connect, type NatsConnection } from '@nats-io/transport-node';

export type NatsSettings = NatsConfig;

/** How long a command that reconnects waits between attempts. */
const RECONNECT_WAIT_MS = 250;

/**
 * Runs `work` on its own NATS connection and closes it. `reconnects`: the connection is opened again when it is lost.
 * @throws ConfigError when NATS cannot be reached
 */
export async function withNats<T>(
  config: NatsSettings,
  work: (connection: NatsConnection) => Promise<T>,
  { reconnects = false }: { reconnects?: boolean } = {},
): Promise<T> {
  const options = {
    ...natsOptions(config, 'relay-cli'),
    maxReconnectAttempts: reconnects ? -1 : 0,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    waitOnFirstConnect: false,
  };
  const connection = await connect({ ...options, timeout: 3_000 }).catch((cause: unknown) => {
    throw new ConfigError([
      `NATS_URL: no answer from NATS; is the system running? (${explainNatsError(cause)})`,
    ]);
  });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
