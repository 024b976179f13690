import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { partitionOf, type Snowflake } from '@discord-relay/contracts';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { ensureLogStream } from '../publish/log-stream.js';
import { NewGuildDetector } from './new-guild-detector.js';

const GUILD = '4100' as Snowflake;
const PARTITIONS = 8;
const APPEARANCE = { sessionId: 'now', sequence: 1 };

describe('NewGuildDetector', () => {
  let nats: TestNats;
  let connection: NatsConnection;

  beforeAll(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url });
    await ensureLogStream(connection, { partitions: PARTITIONS, dedupWindowMs: 60_000, replicas: 1 });
  });
  afterAll(async () => {
    await connection?.close();
    await nats?.stop();
  });

  const publish = async (channelId: string, type: string, sessionid: string) => {
    const event = {
      specversion: '1.0',
      id: `${type}:1`,
      type,
      typeversion: 1,
      guildid: GUILD,
      sessionid,
      discordseq: 0,
      data: {},
    };
    const subject = `discord.${partitionOf(GUILD, PARTITIONS)}.${GUILD}.${channelId}.${type}`;
    await jetstream(connection).publish(subject, JSON.stringify(event));
  };

  it('NewGuildDetector does not take an import of an operator for the presence of the bot', async () => {
    const detector = new NewGuildDetector(connection, PARTITIONS);
    await publish('42', 'message.imported', 'import');
    await publish('42', 'channel.imported', 'import');
    expect(await detector.isNew(GUILD, APPEARANCE)).toBe(true);
    await publish('-', 'guild.synced', 'before');
    expect(await detector.isNew(GUILD, APPEARANCE)).toBe(false);
  });
});
