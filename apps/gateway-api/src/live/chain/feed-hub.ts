import type { GuildAccess } from '../../access/guild-access.js';
import type { ChangeAnnouncements, AnnouncementSubscription } from './change-announcements.js';
import {
  type AccessWatcher,
  SubscribedGuild,
  type ChangeSink,
  type GuildReader,
} from './subscribed-guild.js';
import { GuildFeed, type GuildObserver } from './guild-feed.js';

/** A subscription to a guild's changes. The gateway receives them while there is at least one. */
export interface GuildSubscription {
  /**
   * Resolves when changes are being received, their start is known and the subscriber's rights are loaded.
   * @throws AppError
   */
  ready(): Promise<void>;
  /** Resolves when everything up to `seq` was delivered. @throws AppError */
  waitForSeq(seq: number): Promise<void>;
  /** Resolves when everything committed so far was delivered. @throws AppError */
  catchUp(): Promise<void>;
  /** Access rights as of the last delivered change. Available once {@link ready} has resolved. */
  readonly access: GuildAccess;
  /** Ends the subscription. Idempotent. */
  release(): void;
}

interface Entry {
  guild: SubscribedGuild;
  feed: GuildFeed;
  announcements: AnnouncementSubscription;
  subscribers: number;
  /** Stops receiving changes; called when the last subscription ends. */
  close: () => void;
}

/** Receives the changes of every guild that has a subscription in this process, and of no other. */
export class FeedHub {
  private readonly guilds = new Map<string, Entry>();

  constructor(
    private readonly announcements: Pick<ChangeAnnouncements, 'subscribe' | 'onInterruption'>,
    private readonly reader: GuildReader,
    private readonly sink: ChangeSink,
    private readonly observer: GuildObserver,
  ) {
    announcements.onInterruption(() => {
      for (const { feed } of this.guilds.values()) feed.resync();
    });
  }

  get guildIds(): string[] {
    return [...this.guilds.keys()];
  }

  /** Passes on the newest `seq` of a guild from any source. */
  announcePosition(guildId: string, seq: number): void {
    this.guilds.get(guildId)?.feed.receivePosition(seq);
  }

  /** Number of guilds whose changes are received. */
  get size(): number {
    return this.guilds.size;
  }

  /** Resolves when everything committed so far was delivered. @throws AppError when the database is unavailable */
  async catchUp(): Promise<void> {
    await Promise.all([...this.guilds.values()].map(({ feed }) => feed.catchUp()));
  }

  /** Reads from the projection that is active now. */
  switchProjection(): void {
    for (const { feed } of this.guilds.values()) feed.switchProjection();
  }

  /** `watcher` is notified of changes that may affect its rights until the subscription is released. */
  subscribe(guildId: string, watcher: AccessWatcher): GuildSubscription {
    return new HubSubscription(this.guilds.get(guildId) ?? this.open(guildId), watcher);
  }

  private open(guildId: string): Entry {
    const guild = new SubscribedGuild(guildId, this.reader, this.sink);
    const feed = new GuildFeed(guildId, guild, guild, this.observer);
    const announcements = this.announcements.subscribe(guildId, feed);
    const close = () => {
      this.guilds.delete(guildId);
      announcements.unsubscribe();
      feed.close();
    };
    const entry = { guild, feed, announcements, subscribers: 0, close };
    this.guilds.set(guildId, entry);
    return entry;
  }
}

/** A class because a socket holds one per channel: an object of closures would take ten times the memory. */
class HubSubscription implements GuildSubscription {
  private active = true;

  constructor(
    private readonly entry: Entry,
    private readonly watcher: AccessWatcher,
  ) {
    entry.subscribers += 1;
    entry.guild.watch(watcher);
  }

  get access(): GuildAccess {
    return this.entry.guild.access;
  }

  async ready(): Promise<void> {
    const { announcements, feed, guild } = this.entry;
    await announcements.active;
    await feed.waitForSeq(0);
    await guild.ensureMember(this.watcher.principal.id);
  }

  waitForSeq(seq: number): Promise<void> {
    return this.entry.feed.waitForSeq(seq);
  }

  catchUp(): Promise<void> {
    return this.entry.feed.catchUp();
  }

  release(): void {
    if (!this.active) return;
    this.active = false;
    this.entry.guild.unwatch(this.watcher);
    this.entry.subscribers -= 1;
    if (this.entry.subscribers === 0) this.entry.close();
  }
}
