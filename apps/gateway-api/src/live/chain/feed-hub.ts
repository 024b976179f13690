import type { GuildAccess } from '../../access/guild-access.js';
import type { ChangeAnnouncements, AnnouncementSubscription } from './change-announcements.js';
import {
  type AccessWatcher,
  SubscribedGuild,
  type ChangeSink,
  type GuildReader,
} from './subscribed-guild.js';
import { GuildFeed, type GuildObserver } from './guild-feed.js';

/** The right to a guild's changes; the guild is followed while anyone holds one. */
export interface GuildSubscription {
  /**
   * Resolves when changes are being received, the place they start from is known and who watches has known rights.
   * @throws AppError
   */
  ready(): Promise<void>;
  /** Resolves when everything up to `seq` was delivered. @throws AppError */
  waitForSeq(seq: number): Promise<void>;
  /** Resolves when everything that is committed now was delivered. @throws AppError */
  catchUp(): Promise<void>;
  /** Who may see what, as of what was delivered last. Once it is ready. */
  readonly access: GuildAccess;
  /** Harmless when repeated. */
  release(): void;
}

interface Entry {
  guild: SubscribedGuild;
  feed: GuildFeed;
  announcements: AnnouncementSubscription;
  subscribers: number;
  /** Nobody needs the guild any more. */
  close: () => void;
}

/** Follows every guild that someone here needs, and no other. */
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

  /** The newest `seq` of a guild, wherever it is known from. */
  announcePosition(guildId: string, seq: number): void {
    this.guilds.get(guildId)?.feed.receivePosition(seq);
  }

  /** How many guilds are followed. */
  get size(): number {
    return this.guilds.size;
  }

  /** Resolves when all that is committed now was delivered. @throws AppError when the database is away */
  async catchUp(): Promise<void> {
    await Promise.all([...this.guilds.values()].map(({ feed }) => feed.catchUp()));
  }

  /** Other read models are read from now on. */
  switchProjection(): void {
    for (const { feed } of this.guilds.values()) feed.switchProjection();
  }

  /** `watcher` is told of what may concern its rights, until the subscription is given back. */
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
    const entry = { guild, feed, announcements, leases: 0, close };
    this.guilds.set(guildId, entry);
    return entry;
  }
}

/** A class, as a socket holds one for each channel: an object of closures would be ten times its size. */
class HubSubscription implements GuildSubscription {
  private active = true;
  private readonly unwatch: () => void;

  constructor(
    private readonly entry: Entry,
    private readonly watcher: AccessWatcher,
  ) {
    entry.subscribers += 1;
    this.unwatch = entry.guild.watch(watcher);
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
    this.unwatch();
    this.entry.subscribers -= 1;
    if (this.entry.subscribers === 0) this.entry.close();
  }
}
