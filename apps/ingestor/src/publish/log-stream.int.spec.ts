import { jetstreamManager } from '@nats-io/jetstream';
import { connect, nanos, type NatsConnection } from '@nats-io/transport-node';
import { LOG_STREAM, LOG_SUBJECTS } from '@discord-relay/contracts';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { ensureLogStream } from './log-stream.js';

const SETTINGS = { dedupWindowMs: 60_000, replicas: 1 };

describe('ensureLogStream', () => {
  let nats: TestNats;
  let connection: NatsConnection;

  beforeAll(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url });
  });
  afterAll(async () => {
    await connection.close();
    await nats.stop();
  });
  const manager = () => jetstreamManager(connection);
  afterEach(async () => {
    await (await manager()).streams.delete(LOG_STREAM);
  });

  it('makes a log that keeps everything, refuses rather than forgets, and fixes its partitions', async () => {
    expect(await ensureLogStream(connection, SETTINGS)).toEqual({
      name: 'DISCORD',
      partitions: 8,
      dedupWindowMs: 60_000,
      newestSequence: 0,
    });
    const { config } = await (await manager()).streams.info(LOG_STREAM);
    expect(config).toMatchObject({
      subjects: [LOG_SUBJECTS],
      storage: 'file',
      compression: 's2',
      discard: 'new',
      retention: 'limits',
      max_age: 0,
      max_msgs: -1,
      max_bytes: -1,
      allow_direct: true,
      deny_delete: false,
      deny_purge: false,
      num_replicas: 1,
      duplicate_window: nanos(60_000),
      metadata: { 'relay-partitions': '8' },
    });
  });

  it('goes by the partitions of the log that exists', async () => {
    await ensureLogStream(connection, { ...SETTINGS, partitions: 3 });
    expect(await ensureLogStream(connection, SETTINGS)).toMatchObject({ partitions: 3 });
    expect(await ensureLogStream(connection, { ...SETTINGS, partitions: 3 })).toMatchObject({
      partitions: 3,
    });
  });

  it('stops when told another number than the log has, and names the remedy', async () => {
    await ensureLogStream(connection, { ...SETTINGS, partitions: 3 });
    await expect(ensureLogStream(connection, { ...SETTINGS, partitions: 4 })).rejects.toMatchObject({
      code: 'LOG.PARTITIONS_MISMATCH',
      retry: 'stop',
      message: expect.stringContaining('PARTITIONS=3'),
    });
  });

  it('does not take a stream of the same name for the log', async () => {
    await (await manager()).streams.add({ name: LOG_STREAM, subjects: [LOG_SUBJECTS] });
    await expect(ensureLogStream(connection, SETTINGS)).rejects.toMatchObject({
      code: 'LOG.PARTITIONS_MISMATCH',
    });
  });
});
