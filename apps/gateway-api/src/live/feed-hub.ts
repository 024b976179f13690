import type { ChangeAnnouncements, Listening } from './change-announcements.js';
import { GuildFeed, type GuildObserver, type GuildSink, type GuildSource } from './guild-feed.js';

/** The right to a guild's changes; the guild is followed while anyone holds one. */
export interface GuildLease {
  /** Resolves when changes are being received and the place they start from is known. @throws AppError */
  ready(): Promise<void>;
  /** Resolves when everything up to `seq` was delivered. @throws AppError */
  reach(seq: number): Promise<void>;
  /** Harmless when repeated. */
  release(): void;
}

interface Entry {
  feed: GuildFeed;
  listening: Listening;
  leases: number;
}

/** Follows every guild that someone here needs, and no other. */
export class FeedHub {
  private readonly guilds = new Map<string, Entry>();

  constructor(
    private readonly announcements: Pick<ChangeAnnouncements, 'listen' | 'onInterruption'>,
    private readonly source: GuildSource,
    private readonly sink: GuildSink,
    private readonly observer: GuildObserver,
  ) {
    announcements.onInterruption(() => {
      for (const { feed } of this.guilds.values()) feed.resync();
    });
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

  acquire(guildId: string): GuildLease {
    const entry = this.guilds.get(guildId) ?? this.open(guildId);
    entry.leases += 1;
    let held = true;
    return {
      ready: async () => {
        await entry.listening.active;
        await entry.feed.reach(0);
      },
      reach: (seq) => entry.feed.reach(seq),
      release: () => {
        if (held) this.release(guildId, entry);
        held = false;
      },
    };
  }

  private open(guildId: string): Entry {
    const feed = new GuildFeed(guildId, this.source, this.sink, this.observer);
    const entry = { feed, listening: this.announcements.listen(guildId, feed), leases: 0 };
    this.guilds.set(guildId, entry);
    return entry;
  }

  private release(guildId: string, entry: Entry): void {
    entry.leases -= 1;
    if (entry.leases > 0) return;
    this.guilds.delete(guildId);
    entry.listening.stop();
    entry.feed.close();
  }
}
