import {
  DEFAULT_PARTITIONS,
  EVENT_VERSIONS,
  type EventDataByType,
  eventSubject,
  type EventType,
  LOG_STREAM,
  LOG_SUBJECTS,
  PARTITIONS_METADATA_KEY,
  type RelayEvent,
  type Snowflake,
} from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { wallClockIso, wallClockMs } from '@discord-relay/platform';
import { jetstream, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { CHANNEL, GUILD, type World } from './world.js';

const PUBLISHED_AT_ONCE = 200;
const AT = '2026-01-02T03:04:05.678Z';

interface Place {
  guildId?: Snowflake;
  channelId?: Snowflake | null;
  id?: string;
}

/** Appends events to the log as an ingestor would, and writes the rows that a projector would make of them. */
export class EventLog {
  private appended = 0;
  private nextMessageId = 9_000;
  /** Sequence of the newest event. */
  lastSeq = 0;

  private constructor(
    private readonly connection: NatsConnection,
    readonly jsm: JetStreamManager,
    private readonly world: World,
  ) {}

  /** An empty log on this server. */
  static async create(natsUrl: string, world: World): Promise<EventLog> {
    const connection = await connect({
      servers: natsUrl,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    });
    const log = new EventLog(connection, await jetstreamManager(connection), world);
    await log.createStream();
    return log;
  }

  async createStream(): Promise<void> {
    await this.jsm.streams.add({
      name: LOG_STREAM,
      subjects: [LOG_SUBJECTS],
      metadata: { [PARTITIONS_METADATA_KEY]: String(DEFAULT_PARTITIONS) },
      allow_direct: true,
    });
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** Appends an event without projecting it; returns its sequence. */
  async append<T extends EventType>(type: T, data: EventDataByType[T], place: Place = {}): Promise<number> {
    const event = this.eventOf(type, data, place);
    const subject = eventSubject(event, DEFAULT_PARTITIONS);
    const ack = await jetstream(this.connection).publish(subject, JSON.stringify(event));
    return (this.lastSeq = ack.seq);
  }

  /** Appends anything to the log. */
  async appendRaw(subject: string, payload: string): Promise<number> {
    return (this.lastSeq = (await jetstream(this.connection).publish(subject, payload)).seq);
  }

  /** Records and projects many updates of a channel with a topic of this length. */
  async fill(count: number, topicChars: number): Promise<void> {
    const js = jetstream(this.connection, { timeout: 30_000 });
    const topic = 'x'.repeat(topicChars);
    for (let left = count; left > 0; left -= PUBLISHED_AT_ONCE) {
      const acks = Array.from({ length: Math.min(left, PUBLISHED_AT_ONCE) }, () => {
        const event = this.eventOf('channel.updated', { id: CHANNEL, guildId: GUILD, topic }, {});
        return js.publish(eventSubject(event, DEFAULT_PARTITIONS), JSON.stringify(event));
      });
      for (const { seq } of await Promise.all(acks)) this.lastSeq = Math.max(this.lastSeq, seq);
    }
    await this.project();
  }

  /** Records and projects a new message; returns its id. */
  async say(
    content = 'hello',
    place: { guildId?: Snowflake; channelId?: Snowflake; authorId?: string } = {},
  ): Promise<Snowflake> {
    const { guildId = GUILD, channelId = CHANNEL, authorId = '7' } = place;
    const id = String(this.nextMessageId++) as Snowflake;
    const seq = await this.appendMessage(id, content, { guildId, channelId, authorId });
    await this.world.query(
      `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, content, created_at, partial, created_seq, content_seq, seq)
       VALUES ($1, $2, $3, $4, 'ada', $5, $6, false, $7, $7, $7)`,
      [id, channelId, guildId, authorId, content, AT, seq],
    );
    await this.project();
    return id;
  }

  /** Records a new message without projecting it; returns its sequence. */
  appendMessage(
    id: Snowflake,
    content: string,
    { guildId = GUILD, channelId = CHANNEL, authorId = '7' } = {} as {
      guildId?: Snowflake;
      channelId?: Snowflake;
      authorId?: string;
    },
  ): Promise<number> {
    const author = { id: authorId as Snowflake, username: 'ada' };
    const data = { id, channelId, guildId, author, content, createdAt: AT };
    return this.append('message.created', data, { guildId, channelId, id: `message.created:${id}` });
  }

  /** Records and projects an edit; returns its sequence. */
  async edit(id: Snowflake, content: string): Promise<number> {
    const data = { id, channelId: CHANNEL, guildId: GUILD, content };
    const seq = await this.append('message.updated', data);
    await this.world.query(
      `WITH earlier AS (
         INSERT INTO message_revisions (message_id, revision, content, edited_at, seq)
         SELECT id, revision, content, edited_at, content_seq FROM messages WHERE id = $1),
       former AS (
         INSERT INTO message_versions (message_id, until_seq, channel_id, before)
         SELECT id, $3, channel_id, jsonb_strip_nulls(to_jsonb(messages)) FROM messages WHERE id = $1)
       UPDATE messages SET content = $2, revision = revision + 1, content_seq = $3, seq = $3 WHERE id = $1`,
      [id, content, seq],
    );
    await this.project();
    return seq;
  }

  /** Records and projects a deletion; returns its sequence. */
  async delete(id: Snowflake): Promise<number> {
    const seq = await this.append('message.deleted', { id, channelId: CHANNEL, guildId: GUILD });
    await this.world.query(
      'UPDATE messages SET deleted_at = now(), content = NULL, author_id = NULL, seq = $2 WHERE id = $1',
      [id, seq],
    );
    await this.project();
    return seq;
  }

  /** A time after the newest event and before the next. */
  async now(): Promise<string> {
    const { lastSeq: seq } = this;
    const newest = seq > 0 ? await this.jsm.streams.getMessage(LOG_STREAM, { seq }) : null;
    const recordedMs = newest?.time.getTime() ?? 0;
    await until(
      'the clock is past the newest event',
      10_000,
      () => wallClockMs() > recordedMs + 1 || undefined,
    );
    return wallClockIso();
  }

  /** Moves every checkpoint to the end of the log. */
  async project(): Promise<void> {
    await this.world.query(
      `INSERT INTO checkpoints (partition, seq, epoch, lease_until, updated_at)
       SELECT p, $1, 1, now(), now() FROM generate_series(0, $2 - 1) p
       ON CONFLICT (partition) DO UPDATE SET seq = excluded.seq`,
      [this.lastSeq, DEFAULT_PARTITIONS],
    );
  }

  /** Names of the consumers that the log has. */
  async consumers(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.jsm.consumers.list(LOG_STREAM)) names.push(name);
    return names;
  }

  private eventOf<T extends EventType>(
    type: T,
    data: EventDataByType[T],
    { guildId = GUILD, channelId = CHANNEL, id = `${type}:test:${++this.appended}:0` }: Place,
  ): RelayEvent {
    return {
      specversion: '1.0',
      id,
      source: 'discord-gateway',
      type,
      typeversion: EVENT_VERSIONS[type],
      time: AT,
      receivedat: AT,
      datacontenttype: 'application/json',
      guildid: guildId,
      ...(channelId !== null && { channelid: channelId }),
      shardid: 0,
      sessionid: 'test',
      discordseq: this.appended,
      data,
    } as unknown as RelayEvent;
  }
}
