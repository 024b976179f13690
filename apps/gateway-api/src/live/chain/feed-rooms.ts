import type { Change, FeedKey, WireEvent } from '@discord-relay/contracts';
import { wireEventsOf } from '../../read/wire-events-of.js';

/** Hears every change of a feed, once and in order. May not throw. */
export type FeedListener = (change: Change) => void;

/** Follows everything of a guild. None may throw. */
export interface GuildFollower {
  /** Every change, once and in the guild's order; also what this version can make nothing of. */
  change(change: Change): void;
  /** Changes were lost for good: a new snapshot is needed. */
  lost(): void;
  /** Other read models are read from now on: what is known may be known differently now. */
  switched(): void;
}

/** A change, and what its witness said of it at the moment when it was delivered. */
export interface Witnessed<M> {
  change: Change;
  mark: M;
}

/** What happened on a feed since the buffer was opened. */
export interface TailBuffer<M> {
  readonly changes: readonly Witnessed<M>[];
  /** Changes are missing: what was read with it cannot be completed. */
  readonly broken: boolean;
  close(): void;
}

class Buffer<M> {
  readonly changes: Witnessed<M>[] = [];
  broken = false;

  constructor(
    readonly guildId: string,
    private readonly witness: (change: Change) => M,
  ) {}

  keep(change: Change): void {
    if (this.changes.length < BUFFER_LIMIT) this.changes.push({ change, mark: this.witness(change) });
    else this.broken = true;
  }
}

const BUFFER_LIMIT = 5_000;

/**
 * Hands each change to those who follow its feed, and to those who are about to. A channel's feed is one room of
 * sockets, to which every event is encoded once; what concerns a whole guild is for each follower to look at, since
 * not everyone may see all of it.
 */
export class FeedRooms {
  private readonly buffers = new Map<FeedKey, Set<Buffer<unknown>>>();
  private readonly listeners = new Map<FeedKey, Set<FeedListener>>();
  private readonly guilds = new Map<string, Set<GuildFollower>>();

  /** `emit` sends one event to all sockets in a room; a channel feed's key is its room's name. */
  constructor(
    private readonly emit: (room: FeedKey, event: WireEvent) => void,
    private readonly skipped: (change: Change) => void,
  ) {}

  deliver(change: Change): void {
    const { feed } = change;
    const events = wireEventsOf(change);
    if (events) {
      for (const buffer of this.buffers.get(feed) ?? []) buffer.keep(change);
      if (feed.startsWith('c:')) for (const event of events) this.emit(feed, event);
    } else {
      this.skipped(change);
    }
    for (const listener of this.listeners.get(feed) ?? []) listener(change);
    for (const follower of this.guilds.get(change.guildId) ?? []) follower.change(change);
  }

  /**
   * From now on the listener hears what is delivered on the feed, also what this version can make nothing of (then
   * {@link wireEventsOf} is undefined). Returns how it stops; harmless when repeated.
   */
  attach(feed: FeedKey, listener: FeedListener): () => void {
    return addTo(this.listeners, feed, listener);
  }

  /** From now on the follower hears of the whole guild. Returns how it stops; harmless when repeated. */
  followGuild(guildId: string, follower: GuildFollower): () => void {
    return addTo(this.guilds, guildId, follower);
  }

  /**
   * From now on, whatever is delivered on the feed is kept until `close()`, with what `witness` says of it at that moment:
   * afterwards nobody can tell who might see what by then. It may not throw.
   */
  openBuffer<M>(feed: FeedKey, guildId: string, witness: (change: Change) => M): TailBuffer<M> {
    const buffer = new Buffer(guildId, witness);
    return Object.assign(buffer, { close: addTo(this.buffers, feed, buffer) });
  }

  /** Changes of the guild were lost. */
  lose(guildId: string): void {
    for (const buffers of this.buffers.values()) {
      for (const buffer of buffers) if (buffer.guildId === guildId) buffer.broken = true;
    }
    for (const follower of this.guilds.get(guildId) ?? []) follower.lost();
  }

  /** The read models were switched. */
  switch(): void {
    for (const followers of this.guilds.values()) for (const follower of followers) follower.switched();
  }
}

function addTo<K, T>(all: Map<K, Set<T>>, key: K, member: T): () => void {
  const members = all.get(key) ?? new Set();
  all.set(key, members.add(member));
  return () => {
    members.delete(member);
    if (members.size === 0 && all.get(key) === members) all.delete(key);
  };
}
