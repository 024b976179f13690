import type { GuildAccess } from '../../access/guild-access.js';
import type { ChangeAnnouncements, Listening } from './change-announcements.js';
import { type AccessWatcher, FollowedGuild, type ChangeSink, type GuildReader } from './followed-guild.js';
import { GuildFeed, type GuildObserver } from './guild-feed.js';

/** The right to a guild's changes; the guild is followed while anyone holds one. */
export interface GuildLease {
  /**
   * Resolves when changes are being received, the place they start from is known and who watches has known rights.
   * @throws AppError
   */
  ready(): Promise<void>;
  /** Resolves when everything up to `seq` was delivered. @throws AppError */
  reach(seq: number): Promise<void>;
  /** Resolves when everything that is committed now was delivered. @throws AppError */
  drain(): Promise<void>;
  /** Who may see what, as of what was delivered last. Once it is ready. */
  readonly access: GuildAccess;
  /** Harmless when repeated. */
  release(): void;
}

interface Entry {
  guild: FollowedGuild;
  feed: GuildFeed;
  listening: Listening;
  leases: number;
  /** Nobody needs the guild any more. */
  close: () => void;
}

/** Follows every guild that someone here needs, and no other. */
export class FeedHub {
  private readonly guilds = new Map<string, Entry>();

  constructor(
    private readonly announcements: Pick<ChangeAnnouncements, 'listen' | 'onInterruption'>,
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
  announce(guildId: string, seq: number): void {
    this.guilds.get(guildId)?.feed.receivePosition(seq);
  }

  /** How many guilds are followed. */
  get size(): number {
    return this.guilds.size;
  }

  /** Resolves when all that is committed now was delivered. @throws AppError when the database is away */
  async drain(): Promise<void> {
    await Promise.all([...this.guilds.values()].map(({ feed }) => feed.drain()));
  }

  /** Other read models are read from now on. */
  move(): void {
    for (const { feed } of this.guilds.values()) feed.move();
  }

  /** `watcher` is told of what may concern its rights, until the lease is given back. */
  acquire(guildId: string, watcher: AccessWatcher): GuildLease {
    return new Lease(this.guilds.get(guildId) ?? this.open(guildId), watcher);
  }

  private open(guildId: string): Entry {
    const guild = new FollowedGuild(guildId, this.reader, this.sink);
    const feed = new GuildFeed(guildId, guild, guild, this.observer);
    const listening = this.announcements.listen(guildId, feed);
    const close = () => {
      this.guilds.delete(guildId);
      listening.stop();
      feed.close();
    };
    const entry = { guild, feed, listening, leases: 0, close };
    this.guilds.set(guildId, entry);
    return entry;
  }
}

/** A class, as a socket holds one for each channel: an object of closures would be ten times its size. */
class Lease implements GuildLease {
  private held = true;
  private readonly unwatch: () => void;

  constructor(
    private readonly entry: Entry,
    private readonly watcher: AccessWatcher,
  ) {
    entry.leases += 1;
    this.unwatch = entry.guild.watch(watcher);
  }

  get access(): GuildAccess {
    return this.entry.guild.access;
  }

  async ready(): Promise<void> {
    const { listening, feed, guild } = this.entry;
    await listening.active;
    await feed.reach(0);
    await guild.know(this.watcher.principal.id);
  }

  reach(seq: number): Promise<void> {
    return this.entry.feed.reach(seq);
  }

  drain(): Promise<void> {
    return this.entry.feed.drain();
  }

  release(): void {
    if (!this.held) return;
    this.held = false;
    this.unwatch();
    this.entry.leases -= 1;
    if (this.entry.leases === 0) this.entry.close();
  }
}
