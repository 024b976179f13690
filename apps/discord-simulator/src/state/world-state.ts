import { AttachmentLinks } from './channels/attachment-links.js';
import { ChannelHistory } from './model/channel-history.js';
import type { Fact, FactBody } from './model/facts.js';
import type {
  ChannelOrThread,
  ChannelRecord,
  GuildRecord,
  MessageRecord,
  UserRecord,
} from './model/records.js';
import { SnowflakeSource, type Snowflake } from './model/snowflakes.js';
import { WorldError } from './model/world-error.js';
import { epochMs, TEXT_TYPES, type FactListener } from './model/world-types.js';

const DAY_MS = 86_400_000;

/** The records of the local Discord, its clock, and the listeners that are notified of every change, in order. */
export abstract class WorldState {
  readonly guilds = new Map<Snowflake, GuildRecord>();
  readonly channels = new Map<Snowflake, ChannelRecord>();
  readonly users = new Map<Snowflake, UserRecord>();
  readonly snowflakes = new SnowflakeSource();
  private readonly histories = new Map<Snowflake, ChannelHistory>();
  private readonly listeners: FactListener[] = [];
  private backdatedToMs: number | null = null;

  /**
   * @param messagesPerChannel number of the newest messages that are stored per channel.
   * @param links creates the URLs of attachments.
   */
  constructor(
    private readonly messagesPerChannel: number,
    readonly links = new AttachmentLinks(1, DAY_MS),
  ) {}

  /** @throws WorldError */
  abstract channelOrThread(id: Snowflake): ChannelOrThread;

  /** Listeners run in the order in which they were added, before the changing call returns. */
  onFact(listener: FactListener): void {
    this.listeners.push(listener);
  }

  /** Runs `change` as if at `atMs`: its facts are history and are not dispatched. */
  asHistory<T>(atMs: number, change: () => T): T {
    this.backdatedToMs = atMs;
    try {
      return change();
    } finally {
      this.backdatedToMs = null;
    }
  }

  /** The user of the bot's tokens. */
  get bot(): UserRecord {
    for (const user of this.users.values()) if (user.bot) return user;
    throw new WorldError('UNKNOWN_USER', 'the world has no bot user yet');
  }

  guild(id: Snowflake): GuildRecord {
    return this.guilds.get(id) ?? fail('UNKNOWN_GUILD', `no guild ${id}`);
  }

  channel(id: Snowflake): ChannelRecord {
    return this.channels.get(id) ?? fail('UNKNOWN_CHANNEL', `no channel ${id}`);
  }

  user(id: Snowflake): UserRecord {
    return this.users.get(id) ?? fail('UNKNOWN_USER', `no user ${id}`);
  }

  message(channelId: Snowflake, id: Snowflake): MessageRecord {
    return (
      this.history(channelId).get(id) ?? fail('UNKNOWN_MESSAGE', `no message ${id} in channel ${channelId}`)
    );
  }

  /** In the order in which clients show them. */
  channelsOf(guildId: Snowflake): ChannelRecord[] {
    return [...this.channels.values()]
      .filter((channel) => channel.guildId === guildId)
      .sort((a, b) => a.position - b.position);
  }

  history(channelId: Snowflake): ChannelHistory {
    this.channelOrThread(channelId);
    const known = this.histories.get(channelId);
    if (known) return known;
    const created = new ChannelHistory(this.messagesPerChannel);
    this.histories.set(channelId, created);
    return created;
  }

  /** Whether members can write here: text, announcement, voice and stage channels, not categories. */
  takesMessages(channel: ChannelOrThread): boolean {
    return TEXT_TYPES.has(channel.type);
  }

  /** Only for the parts of the world. */
  removeHistory(id: Snowflake): void {
    this.histories.delete(id);
  }

  nowMs(): number {
    return this.backdatedToMs ?? epochMs();
  }

  newId(): Snowflake {
    return this.snowflakes.next(this.nowMs());
  }

  /** Notifies the listeners. Only for the parts of the world, directly after the change. */
  emit(body: FactBody): void {
    const origin = this.backdatedToMs === null ? 'live' : 'history';
    const fact: Fact = Object.assign(body, { atMs: this.nowMs(), origin } as const);
    for (const listener of this.listeners) listener(fact);
  }

  protected anyPerson(): Snowflake {
    for (const user of this.users.values()) if (!user.bot) return user.id;
    return this.bot.id;
  }
}

function fail(code: WorldError['code'], message: string): never {
  throw new WorldError(code, message);
}
