import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { fenceSubject, LOG_STREAM } from '@discord-relay/contracts';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { ensureLogStream } from '../publish/log-stream.js';
import { compareLog } from './log-continuity.js';

describe('compareLog', () => {
  let nats: TestNats;
  let connection: NatsConnection;

  beforeEach(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url });
    await ensureLogStream(connection, { dedupWindowMs: 60_000, replicas: 1 });
  });
  afterEach(async () => {
    await connection.close();
    await nats.stop();
  });

  const publish = (subject: string) => jetstream(connection).publish(subject);
  const raiseFences = async () => {
    for (const shardId of [0, 1]) await publish(fenceSubject(2, shardId));
  };
  const before = { created: 'the creation time of an earlier stream', sequence: 500 };

  it('a log that has only the fences of replicas that have just started is reported as empty', async () => {
    expect(await compareLog(connection, before)).toEqual({ state: 'empty' });
    await raiseFences();
    expect(await compareLog(connection, before)).toEqual({ state: 'empty' });
  });

  it('the time of the last stored event is reported, although replicas have raised fences since', async () => {
    const { seq } = await publish('discord.0.1.2.message.created');
    await raiseFences();
    const { streams } = await jetstreamManager(connection);
    const last = await streams.getMessage(LOG_STREAM, { seq });
    const endedAt = last!.time.toISOString();
    expect(await compareLog(connection, before)).toEqual({ state: 'shorter', endedAt });
  });
});
