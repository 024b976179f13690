import { LOG_STREAM, LOG_SUBJECTS, type Snowflake } from '@discord-relay/contracts';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { boundsOf } from '../gaps/gap.js';
import { KnownMessages } from './known-messages.js';
import { LogIndex } from './log-index.js';

const AN_HOUR_MS = 3_600_000;
const GUILD = '900000000000000001' as Snowflake;
const NOTHING = { time: null, snowflake: null };
const NOW = { time: new Date(0).toISOString(), snowflake: '0' as Snowflake };

describe('LogIndex', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let jsm: JetStreamManager;

  beforeEach(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url });
    jsm = await jetstreamManager(connection);
    await jsm.streams.add({ name: LOG_STREAM, subjects: [LOG_SUBJECTS] });
    await jetstream(connection).publish(`discord.0.${GUILD}.-.message.created`, '{}');
  });
  afterEach(async () => {
    await connection.close();
    await nats.stop();
  });

  const read = (of: NatsConnection, after?: number) => {
    const bounds = boundsOf({ cause: 'first_start', from: NOTHING, to: NOW }, AN_HOUR_MS);
    const window = { guildId: GUILD, bounds, keep: 10, after };
    return new LogIndex(of, 1).read(window, new KnownMessages(), AbortSignal.timeout(60_000));
  };

  it('LogIndex reads to the end of the log', async () => {
    await expect(read(connection)).resolves.toBe(1);
  });

  it('LogIndex continues after the event that it has read last', async () => {
    await expect(read(connection, 1)).resolves.toBe(1);
    await jetstream(connection).publish(`discord.0.${GUILD}.-.message.created`, '{}');
    await expect(read(connection, 1)).resolves.toBe(2);
  });

  it('LogIndex does not wait forever for a consumer that delivers nothing although the log has more', async () => {
    await expect(read(pausingConsumers())).rejects.toMatchObject({ code: 'LOG.CONSUMER_STALLED' });
  }, 60_000);

  /** The same connection, but the server pauses each consumer directly after its creation. */
  function pausingConsumers(): NatsConnection {
    const request: NatsConnection['request'] = async (subject, ...rest) => {
      const answer = await connection.request(subject, ...rest);
      if (!subject.startsWith('$JS.API.CONSUMER.CREATE.')) return answer;
      const { name } = answer.json<{ name: string }>();
      await jsm.consumers.pause(LOG_STREAM, name, new Date(Date.now() + AN_HOUR_MS));
      return answer;
    };
    return new Proxy(connection, {
      get: (target, key) => {
        if (key === 'request') return request;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }
});
