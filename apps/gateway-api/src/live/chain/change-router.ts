import type { Change, FeedKey, WireEvent } from '@discord-relay/contracts';
import { wireEventsOf } from '../../read/wire-events-of.js';

/** Hears every change of a feed, once and in order. May not throw. */
export type FeedListener = (change: Change) => void;

/** Follows everything of a guild. None may throw. */
export interface GuildListener {
  /** Every change, once and in the guild's order; also what this version can make nothing of. */
  change(change: Change): void;
  /** Changes were lost for good: a new snapshot is needed. */
  changesLost(): void;
  /** Other read models are read from now on: what is known may be known differently now. */
  projectionSwitched(): void;
}

/** A change, and what its visibilityOf said of it at the moment when it was delivered. */
export interface BufferedChange<M> {
  change: Change;
  visibility: M;
}

/** What happened on a feed since the buffer was opened. */
export interface TailBuffer<M> {
  readonly changes: readonly BufferedChange<M>[];
  /** Changes are missing: what was read with it cannot be completed. */
  readonly incomplete: boolean;
  close(): void;
}

class ChangeBuffer<M> {
  readonly changes: BufferedChange<M>[] = [];
  incomplete = false;

  constructor(
    readonly guildId: string,
    private readonly visibilityOf: (change: Change) => M,
  ) {}

  keep(change: Change): void {
    if (this.changes.length < MAX_BUFFERED)
      this.changes.push({ change, visibility: this.visibilityOf(change) });
    else this.incomplete = true;
  }
}

const MAX_BUFFERED = 5_000;

/**
 * Hands each change to those who follow its feed, and to those who are about to. A channel's feed is one topic of
 * sockets, to which every event is encoded once; what concerns a whole guild is for each listener to look at, since
 * not everyone may see all of it.
 */
export class ChangeRouter {
  private readonly buffers = new Map<FeedKey, Set<ChangeBuffer<unknown>>>();
  private readonly listeners = new Map<FeedKey, Set<FeedListener>>();
  private readonly guilds = new Map<string, Set<GuildListener>>();

  /** `emit` sends one event to all sockets in a topic; a channel feed's key is the topic's name. */
  constructor(
    private readonly emit: (topic: FeedKey, event: WireEvent) => void,
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
    for (const listener of this.guilds.get(change.guildId) ?? []) listener.change(change);
  }

  /**
   * From now on the listener hears what is delivered on the feed, also what this version can make nothing of (then
   * {@link wireEventsOf} is undefined). Returns how it stops; harmless when repeated.
   */
  attach(feed: FeedKey, listener: FeedListener): () => void {
    return addTo(this.listeners, feed, listener);
  }

  /** From now on the listener hears of the whole guild. Returns how it stops; harmless when repeated. */
  subscribeGuild(guildId: string, listener: GuildListener): () => void {
    return addTo(this.guilds, guildId, listener);
  }

  /**
   * From now on, whatever is delivered on the feed is kept until `close()`, with what `visibilityOf` says of it at that moment:
   * afterwards nobody can tell who might see what by then. It may not throw.
   */
  openBuffer<M>(feed: FeedKey, guildId: string, visibilityOf: (change: Change) => M): TailBuffer<M> {
    const buffer = new ChangeBuffer(guildId, visibilityOf);
    return Object.assign(buffer, { close: addTo(this.buffers, feed, buffer) });
  }

  /** Changes of the guild were lost. */
  reportLoss(guildId: string): void {
    for (const buffers of this.buffers.values()) {
      for (const buffer of buffers) if (buffer.guildId === guildId) buffer.incomplete = true;
    }
    for (const listener of this.guilds.get(guildId) ?? []) listener.changesLost();
  }

  /** The read models were switched. */
  reportSwitch(): void {
    for (const listeners of this.guilds.values())
      for (const listener of listeners) listener.projectionSwitched();
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
