import type { Change, FeedKey, WireEvent } from '@discord-relay/contracts';
import { wireEventsOf } from './wire-events-of.js';

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

/** What happened on a feed since the buffer was opened. */
export interface TailBuffer {
  readonly changes: readonly Change[];
  /** Changes are missing: what was read with it cannot be completed. */
  readonly broken: boolean;
  close(): void;
}

interface Buffer {
  guildId: string;
  changes: Change[];
  broken: boolean;
}

const BUFFER_LIMIT = 5_000;

/**
 * Hands each change to those who follow its feed, and to those who are about to. A channel's feed is one room of
 * sockets, to which every event is encoded once; what concerns a whole guild is for each follower to look at, since
 * not everyone may see all of it.
 */
export class FeedRooms {
  private readonly buffers = new Map<FeedKey, Set<Buffer>>();
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
      for (const buffer of this.buffers.get(feed) ?? []) keep(buffer, change);
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

  /** From now on, whatever is delivered on the feed is kept until `close()`. */
  openBuffer(feed: FeedKey, guildId: string): TailBuffer {
    const buffer: Buffer = { guildId, changes: [], broken: false };
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

function keep(buffer: Buffer, change: Change): void {
  if (buffer.changes.length < BUFFER_LIMIT) buffer.changes.push(change);
  else buffer.broken = true;
}
