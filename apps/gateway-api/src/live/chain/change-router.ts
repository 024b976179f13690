import type { Change, FeedKey, WireEvent } from '@discord-relay/contracts';
import { wireEventsOf } from '../../read/wire-events-of.js';

/** Receives every change of a feed, once and in order. Must not throw. */
export type FeedListener = (change: Change) => void;

/** Receives everything of a guild. Methods must not throw. */
export interface GuildListener {
  /** Every change, once and in the guild's order, including kinds that this version does not know. */
  change(change: Change): void;
  /** Changes are lost and cannot be recovered: a new snapshot is needed. */
  changesLost(): void;
  /** Another projection is active, and its rows may differ. */
  projectionSwitched(): void;
}

/** A change with its visibility to the subscriber when it was delivered. */
export interface BufferedChange<M> {
  change: Change;
  visibility: M;
}

/** The changes of a feed since the buffer was opened. */
export interface TailBuffer<M> {
  readonly changes: readonly BufferedChange<M>[];
  /** Changes are missing, so the buffer cannot complete a snapshot. */
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
 * Routes each change to the subscribers of its feed, and to the buffers of those about to subscribe. A channel's feed is a
 * topic: each event is encoded once for all of its sockets. Changes of a guild's own feed go to each listener, which
 * removes what its user may not see.
 */
export class ChangeRouter {
  private readonly buffers = new Map<FeedKey, Set<ChangeBuffer<unknown>>>();
  private readonly listeners = new Map<FeedKey, Set<FeedListener>>();
  private readonly guilds = new Map<string, Set<GuildListener>>();

  /** `emit` sends an event to all sockets of a topic. The key of a channel's feed is the name of its topic. */
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
   * Calls the listener for every change delivered on the feed, including kinds that this version does not know (for which
   * {@link wireEventsOf} is undefined). Returns an idempotent function that detaches it.
   */
  attach(feed: FeedKey, listener: FeedListener): () => void {
    return addTo(this.listeners, feed, listener);
  }

  /** Calls the listener for everything in the guild. Returns an idempotent function that detaches it. */
  subscribeGuild(guildId: string, listener: GuildListener): () => void {
    return addTo(this.guilds, guildId, listener);
  }

  /**
   * Buffers every change delivered on the feed until `close()`, with its visibility at that moment: it cannot be
   * determined later. `visibilityOf` must not throw.
   */
  openBuffer<M>(feed: FeedKey, guildId: string, visibilityOf: (change: Change) => M): TailBuffer<M> {
    const buffer = new ChangeBuffer(guildId, visibilityOf);
    return Object.assign(buffer, { close: addTo(this.buffers, feed, buffer) });
  }

  /** Reports to all listeners of the guild that changes were lost. */
  reportLoss(guildId: string): void {
    for (const buffers of this.buffers.values()) {
      for (const buffer of buffers) if (buffer.guildId === guildId) buffer.incomplete = true;
    }
    for (const listener of this.guilds.get(guildId) ?? []) listener.changesLost();
  }

  /** Reports to all listeners that another projection is active. */
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
