import {
  DISCORD_EPOCH_MS,
  EVENT_VERSIONS,
  type EventDataByType,
  type EventType,
  type MessageState,
  partitionOf,
  type RelayEvent,
  type Snowflake,
  type UserState,
} from '@discord-relay/contracts';
import type { Random } from '@discord-relay/local-stack';

const START_MS = Date.UTC(2026, 0, 1);
const USERS_PER_GUILD = 200;
const CHANNELS_PER_GUILD = 12;
/** Edits, deletions and reactions concern one of the newest messages. */
const RECENT = 2_000;
const WORDS =
  'the queue is down again can you look at it after lunch please thanks see ticket for details'.split(' ');

interface Place {
  guildId: Snowflake;
  channelId: Snowflake;
}

type Said = Place & { id: Snowflake };

/**
 * The events of a typical day of a community: 80 % messages, the rest edits, deletions, reactions, members and channels,
 * over several guilds in every partition. Every event is new; the same random numbers give the same events.
 */
export class EventMix {
  private readonly channels: Place[] = [];
  private readonly users = new Map<Snowflake, UserState[]>();
  private readonly recent: Said[] = [];
  private made = 0;

  constructor(
    private readonly random: Random,
    partitions: number,
    guildsPerPartition: number,
    /** Minimum and maximum number of words of a message. */
    private readonly words: readonly [least: number, most: number] = [2, 40],
  ) {
    for (let p = 0; p < partitions; p++) {
      for (let i = 0; i < guildsPerPartition; i++) this.addGuild(guildIn(p, partitions, i));
    }
  }

  /** Describes every guild and channel; must be written first. */
  opening(): RelayEvent[] {
    return [...this.users.keys()].flatMap((guildId) => {
      const places = this.channels.filter((place) => place.guildId === guildId);
      const channelIds = places.map(({ channelId }) => channelId);
      const ownerId = this.users.get(guildId)![0]!.id;
      return [
        this.event('guild.synced', guildId, undefined, {
          id: guildId,
          name: `guild ${guildId}`,
          icon: null,
          ownerId,
          channelIds,
        }),
        ...places.map((place) =>
          this.event('channel.synced', guildId, place.channelId, channelState(place, 'opening')),
        ),
      ];
    });
  }

  next(): RelayEvent {
    const dice = this.random.next();
    const said = this.recent.length === 0 || dice < 0.8 ? undefined : this.random.pick(this.recent);
    if (!said) return this.message();
    if (dice < 0.86) return this.edited(said);
    if (dice < 0.88) return this.deleted(said);
    if (dice < 0.95) return this.reacted(said);
    if (dice < 0.985) return this.memberUpdated(said.guildId);
    return this.event('channel.updated', said.guildId, said.channelId, channelState(said, this.text(6)));
  }

  message(): RelayEvent {
    const place = this.random.pick(this.channels);
    const id = this.snowflake();
    const said = { ...place, id };
    if (this.recent.length < RECENT) this.recent.push(said);
    else this.recent[this.made % RECENT] = said;
    return this.event('message.created', place.guildId, place.channelId, this.messageState(said));
  }

  private edited(said: Said): RelayEvent {
    const edit = { content: this.text(30), editedAt: this.time(), flags: 0, pinned: false };
    return this.event('message.updated', said.guildId, said.channelId, { ...said, ...edit });
  }

  private deleted(said: Said): RelayEvent {
    return this.event('message.deleted', said.guildId, said.channelId, { ...said });
  }

  private reacted({ id: messageId, channelId, guildId }: Said): RelayEvent {
    const type = this.random.next() < 0.8 ? 'reaction.added' : 'reaction.removed';
    const emoji = { id: null, name: this.random.pick(['👍', '🎉', '👀']), animated: false };
    const data = { messageId, channelId, guildId, userId: this.user(guildId).id, emoji, burst: false };
    return this.event(type, guildId, channelId, data);
  }

  private memberUpdated(guildId: Snowflake): RelayEvent {
    return this.event('member.updated', guildId, undefined, {
      guildId,
      user: this.user(guildId),
      nick: this.random.next() < 0.5 ? null : this.text(2),
      roleIds: [guildId],
      joinedAt: new Date(START_MS).toISOString(),
      timedOutUntil: null,
      pending: false,
      flags: 0,
      avatar: null,
    });
  }

  private messageState(said: Said): MessageState {
    const { random } = this;
    return {
      ...said,
      author: this.user(said.guildId),
      content: this.text(random.between(...this.words)),
      createdAt: this.time(),
      editedAt: null,
      messageType: 0,
      flags: 0,
      pinned: false,
      webhookId: null,
      attachments: random.next() < 0.06 ? [this.attachment(said)] : [],
      embeds: random.next() < 0.05 ? [{ type: 'link', title: this.text(5), description: this.text(20) }] : [],
      components: [],
      stickerItems: [],
      poll: null,
      mentions: { users: [], roles: [], channels: [], everyone: false },
      reference:
        random.next() < 0.15
          ? {
              type: 'default',
              messageId: random.pick(this.recent).id,
              channelId: said.channelId,
              guildId: said.guildId,
            }
          : null,
    };
  }

  private attachment({ channelId }: Said) {
    const id = this.snowflake();
    const url = `https://cdn.example/attachments/${channelId}/${id}/image.png`;
    return {
      id,
      filename: 'image.png',
      contentType: 'image/png',
      sizeBytes: 48_213,
      url,
      width: 640,
      height: 480,
    };
  }

  private event<T extends EventType>(
    type: T,
    guildid: Snowflake,
    channelid: Snowflake | undefined,
    data: EventDataByType[T],
  ): RelayEvent {
    this.made += 1;
    const { id } = data as { id?: Snowflake };
    return {
      specversion: '1.0',
      id:
        type === 'message.created' || type === 'message.deleted'
          ? `${type}:${id}`
          : `${type}:mix:${this.made}:0`,
      source: 'discord-gateway',
      type,
      typeversion: EVENT_VERSIONS[type],
      time: this.time(),
      receivedat: this.time(),
      datacontenttype: 'application/json',
      guildid,
      channelid,
      shardid: 0,
      sessionid: 'mix',
      discordseq: this.made,
      data,
    } as RelayEvent;
  }

  private addGuild(guildId: Snowflake): void {
    for (let i = 0; i < CHANNELS_PER_GUILD; i++) {
      this.channels.push({ guildId, channelId: String(BigInt(guildId) + BigInt(i + 1)) as Snowflake });
    }
    const users = Array.from({ length: USERS_PER_GUILD }, (_, i) => ({
      id: String(BigInt(guildId) + BigInt(10_000 + i)) as Snowflake,
      username: `user${i}`,
      globalName: `User ${i}`,
      avatar: `a_${guildId}${i}`,
      bot: false,
    }));
    this.users.set(guildId, users);
  }

  private user(guildId: Snowflake): UserState {
    return this.random.pick(this.users.get(guildId)!);
  }

  private text(words: number): string {
    return Array.from({ length: words }, () => this.random.pick(WORDS)).join(' ');
  }

  /** Twenty events per second. */
  private get nowMs(): number {
    return START_MS + this.made * 50;
  }

  private time(): string {
    return new Date(this.nowMs).toISOString();
  }

  private snowflake(): Snowflake {
    return String((BigInt(this.nowMs - DISCORD_EPOCH_MS) << 22n) + BigInt(this.made % 4_096)) as Snowflake;
  }
}

const channelState = ({ channelId: id, guildId }: Place, topic: string) => ({
  id,
  guildId,
  channelType: 0,
  name: `channel-${id}`,
  topic,
  position: 0,
  parentId: null,
  nsfw: false,
  overwrites: [],
});

/** The n-th id, from a fixed one on, that is in the partition. */
function guildIn(partition: number, partitions: number, n: number): Snowflake {
  for (let id = 900_000_000_000_000_000n, found = 0; ; id += 1_000_000n) {
    if (partitionOf(String(id), partitions) === partition && found++ === n) return String(id) as Snowflake;
  }
}
