import {
  type Change,
  type ChannelChangeBody,
  factsOf,
  isRoom,
  placed,
  roomFactsOf,
  type ScopedFact,
  type WireEvent,
} from '@discord-relay/contracts';
import { wireEventsOf } from '../../read/wire-events-of.js';

/** What somebody follows of a guild's feed: its channels, or its rooms with who is in them. */
export type ViewKind = 'channels' | 'rooms';

/**
 * One subscriber's view of a guild's feed. It tells only of what they may see, and places that into a chain of its own:
 * `prev` is where this subscriber stands, whatever came between.
 */
export class GuildView {
  /** What the subscriber was told that there is; undefined: they see everything. */
  private listed: Set<string> | undefined;
  /** Something was left out that they may know of by now: what they were told is not how it is. */
  private leftOut = false;
  private sentPosition: number;
  private silentRounds = 0;

  /**
   * @param position where the subscriber stands
   * @param mayBeTold whether they may hear of a channel, also that it was deleted
   */
  constructor(
    readonly kind: ViewKind,
    private position: number,
    private readonly mayBeTold: (channelId: string) => boolean,
  ) {
    this.sentPosition = position;
  }

  get cursor(): number {
    return this.position;
  }

  /** Whether the subscriber is to be told where they stand: they moved since, or asked `quietLooks` times in vain. */
  isPositionDue(quietLooks: number): boolean {
    this.silentRounds += 1;
    if (this.sentPosition === this.position && this.silentRounds < quietLooks) return false;
    this.silentRounds = 0;
    this.sentPosition = this.position;
    return true;
  }

  /**
   * What the subscriber is sent of a change, in order. `told`: of what they might hear when it came, if that was before;
   * they are sent what they might know of then and may know of now.
   */
  eventsFor(change: Change, told?: ReadonlySet<string>): WireEvent[] {
    // What cannot be told is a hole in the chain: the subscriber finds it and asks for a new list.
    if (!wireEventsOf(change)) return this.skipTo(change.seq);
    const allowed = factsFor(this.kind, change).filter(({ channelId }) => this.mayBeTold(channelId));
    const facts = told ? allowed.filter(({ channelId }) => told.has(channelId)) : allowed;
    if (facts.length < allowed.length) this.leftOut = true;
    this.updateListed(change, facts);
    if (facts.length === 0) return [];
    const events = placed(
      facts.map(({ fact }) => fact),
      change.seq,
      this.position,
    );
    this.position = change.seq;
    return events;
  }

  /** The subscriber has a list of all of these now; nobody has to tell them to who sees everything. */
  setListed(visible: Iterable<string>): void {
    this.listed = new Set(visible);
  }

  /** Whether what they may see now is not what they were told of: more or less, without an event about it. */
  isStale(visible: readonly string[]): boolean {
    if (this.leftOut) return true;
    const { listed } = this;
    if (!listed) return false;
    return visible.length !== listed.size || visible.some((id) => !listed.has(id));
  }

  private skipTo(seq: number): [] {
    this.position = seq;
    return [];
  }

  /** Keeps the list as the subscriber keeps theirs. What is not told of a channel that appears makes the list stale. */
  private updateListed(change: Change, told: readonly ScopedFact[]): void {
    const { listed } = this;
    if (!listed) return;
    for (const { id, type, deleted } of channelsOf(change)) {
      const toldNow = told.some(({ channelId }) => channelId === id);
      if (deleted) listed.delete(id);
      else if (this.mayBeTold(id) && (toldNow || !isRoom(type))) listed.add(id);
    }
  }
}

/** What a change tells to subscribers of this kind, each part with the channel that it is about. */
export const factsFor = (kind: ViewKind, change: Change): readonly ScopedFact[] =>
  kind === 'rooms' ? roomFactsOf(change) : factsOf(change);

function channelsOf(change: Change): readonly ChannelChangeBody[] {
  if (change.kind === 'channel_update') return [change.body];
  return change.kind === 'guild_listed' ? change.body.channels : [];
}
