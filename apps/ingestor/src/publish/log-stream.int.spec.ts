import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, nanos, type NatsConnection } from '@nats-io/transport-node';
import { LOG_STREAM, LOG_SUBJECTS } from '@discord-relay/contracts';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { ensureLogStream } from './log-stream.js';
import { openBucket } from '../nats/buckets.js';

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

  it('the log keeps everything, rejects instead of deleting, and fixes its number of partitions', async () => {
    expect(await ensureLogStream(connection, SETTINGS)).toEqual({
      name: 'DISCORD',
      partitions: 8,
      dedupWindowMs: 60_000,
      newestSequence: 0,
      created: expect.any(String),
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
      allow_batched: true,
      deny_delete: false,
      deny_purge: false,
      num_replicas: 1,
      duplicate_window: nanos(60_000),
      metadata: { 'relay-partitions': '8' },
    });
  });

  it('the partitions of an existing log are used', async () => {
    await ensureLogStream(connection, { ...SETTINGS, partitions: 3 });
    expect(await ensureLogStream(connection, SETTINGS)).toMatchObject({ partitions: 3 });
    expect(await ensureLogStream(connection, { ...SETTINGS, partitions: 3 })).toMatchObject({
      partitions: 3,
    });
  });

  it('the ingestor stops if configured with another number than the log has, and names the remedy', async () => {
    await ensureLogStream(connection, { ...SETTINGS, partitions: 3 });
    await expect(ensureLogStream(connection, { ...SETTINGS, partitions: 4 })).rejects.toMatchObject({
      code: 'LOG.PARTITIONS_MISMATCH',
      retry: 'stop',
      message: expect.stringContaining('PARTITIONS=3'),
    });
  });

  it('batches are enabled in the log of an older version, and everything else is left unchanged', async () => {
    await ensureLogStream(connection, { ...SETTINGS, partitions: 3 });
    const { streams } = await manager();
    const { config } = await streams.info(LOG_STREAM);
    await streams.delete(LOG_STREAM);
    await streams.add({ ...config, allow_batched: false, max_age: nanos(3_600_000) });
    await jetstream(connection).publish('discord.0.1.-.guild.synced', '{}');
    expect(await ensureLogStream(connection, SETTINGS)).toMatchObject({ partitions: 3, newestSequence: 1 });
    const after = await streams.info(LOG_STREAM);
    expect(after.config).toMatchObject({ allow_batched: true, max_age: nanos(3_600_000) });
  });

  it('a server that cannot check the order of the log is refused, and the remedy is named', async () => {
    const old = Object.create(connection, {
      info: { value: { ...connection.info, version: '2.12.4' } },
    }) as NatsConnection;
    await expect(ensureLogStream(old, SETTINGS)).rejects.toMatchObject({
      code: 'LOG.SERVER_TOO_OLD',
      retry: 'stop',
      message: expect.stringMatching(/2\.12\.4.*upgrade every server to 2\.14/),
    });
    await ensureLogStream(connection, SETTINGS);
  });

  it('another stream with the same name is not used as the log', async () => {
    await (await manager()).streams.add({ name: LOG_STREAM, subjects: [LOG_SUBJECTS] });
    await expect(ensureLogStream(connection, SETTINGS)).rejects.toMatchObject({
      code: 'LOG.PARTITIONS_MISMATCH',
    });
  });
});

describe('a JetStream account that requires limits', () => {
  let server: TestNats;
  let connection: NatsConnection;

  beforeAll(async () => {
    server = await startNatsServer({
      config: `accounts { APP { jetstream { max_bytes_required: true, max_file: 200MB }, users [ { user: a, password: a } ] } }\n`,
    });
    connection = await connect({ servers: server.url, user: 'a', pass: 'a' });
  });
  afterAll(async () => {
    await connection?.close();
    await server?.stop();
  });
  const settings = { dedupWindowMs: 120_000, replicas: 1 };

  it('an account that requires limits is reported with the missing key', async () => {
    const refusal = (key: string) => ({
      code: 'LOG.LIMIT_REFUSED',
      retry: 'stop',
      message: expect.stringContaining(`${key}: the JetStream account refuses`),
    });
    await expect(ensureLogStream(connection, settings)).rejects.toMatchObject(refusal('LOG_MAX_BYTES'));
    await expect(openBucket(connection, 'b', { replicas: 1 })).rejects.toMatchObject(refusal('KV_MAX_BYTES'));
  });

  it('an account that requires limits gets its log and buckets with LOG_MAX_BYTES and KV_MAX_BYTES', async () => {
    await ensureLogStream(connection, { ...settings, maxBytes: 52_428_800 });
    await openBucket(connection, 'example', { replicas: 1, maxBytes: 1_048_576 });
  });

  it('an account refuses limits beyond its own, and the key is named', async () => {
    await expect(
      openBucket(connection, 'large', { replicas: 1, maxBytes: 999_999_999 }),
    ).rejects.toMatchObject({
      code: 'LOG.LIMIT_REFUSED',
      retry: 'stop',
      message: expect.stringMatching(/^KV_MAX_BYTES: the JetStream account refuses/),
    });
  });
});
