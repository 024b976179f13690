import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  PostgresServer,
  PROJECTOR_NODE_FLAGS,
  ServiceProcess,
  startNatsServer,
  type TestNats,
} from '@discord-relay/local-stack';
import { jetstreamManager, StoreCompression } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  DEFAULT_PARTITIONS,
  LOG_STREAM,
  LOG_SUBJECTS,
  PARTITIONS_METADATA_KEY,
} from '@discord-relay/contracts';

/** A log and a database of their own: the input and the output of a projector. */
export interface ProjectorStack {
  nats: TestNats;
  postgres: PostgresServer;
  /** For writing to the log. */
  connection: NatsConnection;
  /** The folder of all files of the stack; removed afterwards. */
  dir: string;
}

export async function withProjectorStack<T>(work: (stack: ProjectorStack) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-projector-'));
  const closing: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  try {
    const nats = await startNatsServer();
    closing.unshift(() => nats.stop());
    const postgres = await PostgresServer.start({ dir: join(dir, 'postgres'), password: 'relay' });
    closing.unshift(() => postgres.stop());
    const connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    closing.unshift(() => connection.close());
    return await work({ nats, postgres, connection, dir });
  } finally {
    for (const close of closing) await close();
  }
}

/** The log's stream as the ingestor makes it. */
export async function createLog(connection: NatsConnection, partitions = DEFAULT_PARTITIONS): Promise<void> {
  const { streams } = await jetstreamManager(connection);
  await streams.add({
    name: LOG_STREAM,
    subjects: [LOG_SUBJECTS],
    compression: StoreCompression.S2,
    allow_direct: true,
    metadata: { [PARTITIONS_METADATA_KEY]: String(partitions) },
  });
}

/** A projector with its production configuration and a unique name. */
export async function createProjector(
  { nats, postgres, dir }: ProjectorStack,
  name = 'projector',
  env: Record<string, string> = {},
): Promise<ServiceProcess> {
  return new ServiceProcess({
    app: 'projector',
    port: await freePort(),
    env: {
      LOG_LEVEL: 'warn',
      HOST: '127.0.0.1',
      INSTANCE_ID: name,
      NATS_URL: nats.url,
      DATABASE_URL: postgres.url,
      ...env,
    },
    nodeFlags: PROJECTOR_NODE_FLAGS,
    logDir: join(dir, 'logs', name),
  });
}
