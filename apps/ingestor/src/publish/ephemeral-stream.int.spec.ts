import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { EPHEMERAL_STREAM, eventSubject } from '@discord-relay/contracts';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { ensureEphemeralStream } from './ephemeral-stream.js';
import { ensureLogStream } from './log-stream.js';

describe('ensureEphemeralStream', () => {
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

  it('the stream for presence and typing is in memory and for minutes; a second call changes nothing', async () => {
    await ensureLogStream(connection, { dedupWindowMs: 120_000, replicas: 1 });
    await ensureEphemeralStream(connection);
    await ensureEphemeralStream(connection);
    const manager = await jetstreamManager(connection);
    const subject = eventSubject({ guildid: '1', type: 'presence.updated' }, 8);
    expect(await manager.streams.find(subject)).toBe(EPHEMERAL_STREAM);
    const { config } = await manager.streams.info(EPHEMERAL_STREAM);
    expect(config).toMatchObject({ storage: 'memory', max_age: 600_000_000_000, discard: 'old' });
  });
});
