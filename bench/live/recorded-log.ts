import {
  DEFAULT_PARTITIONS,
  EVENT_VERSIONS,
  eventSubject,
  LOG_STREAM,
  LOG_SUBJECTS,
  PARTITIONS_METADATA_KEY,
  type RelayEvent,
  type Snowflake,
} from '@discord-relay/contracts';
import { GUILD, OTHER_CHANNEL, type World } from '@discord-relay/gateway-api/world';
import { wallClockIso } from '@discord-relay/platform';
import { jetstream, jetstreamManager, type JetStreamClient } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';

const AUTHOR = { id: '900000000000000001' as Snowflake, username: 'example-user' };
const AT_ONCE = 200;
const FIRST_ID = 1_300_000_000_000_000_000n;

/** New messages of a channel in the log, and the rows that a projector would make of them. */
export class RecordedLog {
  private count = 0;
  private readonly js: JetStreamClient;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly world: World,
  ) {
    this.js = jetstream(connection, { timeout: 30_000 });
  }

  static async create(natsUrl: string, world: World): Promise<RecordedLog> {
    const connection = await connect({ servers: natsUrl });
    const jsm = await jetstreamManager(connection);
    await jsm.streams.add({
      name: LOG_STREAM,
      subjects: [LOG_SUBJECTS],
      metadata: { [PARTITIONS_METADATA_KEY]: String(DEFAULT_PARTITIONS) },
      allow_direct: true,
    });
    return new RecordedLog(connection, world);
  }

  /** Records one message. */
  async record(): Promise<void> {
    const event = messageCreated(String(FIRST_ID + BigInt(this.count++)) as Snowflake);
    await this.js.publish(eventSubject(event, DEFAULT_PARTITIONS), JSON.stringify(event));
  }

  /** Records many messages, as fast as possible. */
  async recordMany(messages: number): Promise<void> {
    for (let left = messages; left > 0; left -= AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, () => this.record()));
  }

  /** Writes the rows of all messages; the sequence of a message is its number. */
  async project(): Promise<void> {
    await this.world.query(
      `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, content, created_at, partial, created_seq, content_seq, seq)
       SELECT $1::bigint + n, $2, $3, $4, $5, 'text', now(), false, n + 1, n + 1, n + 1 FROM generate_series(0, $6::int - 1) n
       ON CONFLICT (id) DO NOTHING`,
      [String(FIRST_ID), OTHER_CHANNEL, GUILD, AUTHOR.id, AUTHOR.username, this.count],
    );
    await this.world.query(
      `INSERT INTO checkpoints (partition, seq, epoch, lease_until, updated_at)
       SELECT p, $1, 1, now(), now() FROM generate_series(0, $2 - 1) p
       ON CONFLICT (partition) DO UPDATE SET seq = excluded.seq`,
      [this.count, DEFAULT_PARTITIONS],
    );
    await this.world.query('ANALYZE messages');
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

const messageCreated = (id: Snowflake): RelayEvent => {
  const at = wallClockIso();
  return {
    specversion: '1.0',
    id: `message.created:${id}`,
    source: 'discord-gateway',
    type: 'message.created',
    typeversion: EVENT_VERSIONS['message.created'],
    time: at,
    receivedat: at,
    datacontenttype: 'application/json',
    guildid: GUILD,
    channelid: OTHER_CHANNEL,
    shardid: 0,
    sessionid: 'bench',
    discordseq: 1,
    data: {
      id,
      channelId: OTHER_CHANNEL,
      guildId: GUILD,
      author: AUTHOR,
      content: 'the queue is down again, can you look at it after lunch please',
      createdAt: at,
    },
  };
};
