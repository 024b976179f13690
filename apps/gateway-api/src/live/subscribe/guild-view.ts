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

/** The part of a guild's feed that a subscriber follows: its channels, or its rooms with their users. */
export type ViewKind = 'channels' | 'rooms';

/**
 * One subscriber's view of a guild's feed. It contains only what the subscriber may see, in a chain of its own: `prev` is the
 * subscriber's own position, whatever came in between.
 */
export class GuildView {
  /** The channels that the subscriber knows of; undefined: they see everything. */
  private listed: Set<string> | undefined;
  /** An omitted event is visible by now, so the subscriber's state is not up to date. */
  private leftOut = false;
  private sentPosition: number;
  private silentRounds = 0;

  /**
   * @param position the subscriber's position
   * @param mayBeTold whether the subscriber may learn about a channel, including its deletion
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

  /** Whether to send the subscriber's position: it moved since, or was not sent for `quietLooks` rounds. */
  isPositionDue(quietLooks: number): boolean {
    this.silentRounds += 1;
    if (this.sentPosition === this.position && this.silentRounds < quietLooks) return false;
    this.silentRounds = 0;
    this.sentPosition = this.position;
    return true;
  }

  /**
   * The events of a change for the subscriber, in order. `told`: the channels that were visible when the change was made, if
   * that was earlier; events are sent if they were visible then and are visible now.
   */
  eventsFor(change: Change, told?: ReadonlySet<string>): WireEvent[] {
    // A change that is not understood leaves a hole in the chain: the subscriber detects it and requests a new list.
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

  /** The subscriber has a list of all of these channels now; not needed for subscribers who see everything. */
  setListed(visible: Iterable<string>): void {
    this.listed = new Set(visible);
  }

  /** Whether the visible channels differ from the known ones, without an event about it. */
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

  /** Updates the known channels as the subscriber does. A channel that appears without an event makes the list stale. */
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

/** The facts of a change for subscribers of this kind, each with its channel. */
export const factsFor = (kind: ViewKind, change: Change): readonly ScopedFact[] =>
  kind === 'rooms' ? roomFactsOf(change) : factsOf(change);

function channelsOf(change: Change): readonly ChannelChangeBody[] {
  if (change.kind === 'channel_update') return [change.body];
  return change.kind === 'guild_listed' ? change.body.channels : [];
}
