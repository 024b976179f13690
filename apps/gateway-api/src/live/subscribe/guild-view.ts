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
 * One subscriber's view of a guild's feed. It contains only what the subscriber may see, as a separate chain: `prev` is the
 * event that this subscriber received last.
 */
export class GuildView {
  /** The channels that the subscriber knows; undefined for subscribers who see everything. */
  private listed: Set<string> | undefined;
  /** An event was omitted that is visible now, so the subscriber's state is out of date. */
  private hasOmissions = false;
  private sentPosition: number;
  private silentRounds = 0;

  /**
   * @param position the subscriber's position
   * @param mayLearnOf whether the subscriber may learn about a channel, including its deletion
   */
  constructor(
    readonly kind: ViewKind,
    private position: number,
    private readonly mayLearnOf: (channelId: string) => boolean,
  ) {
    this.sentPosition = position;
  }

  get cursor(): number {
    return this.position;
  }

  /** Whether to send the position in this round: it has moved, or has not been sent for `maxSilentRounds` rounds. */
  isPositionDue(maxSilentRounds: number): boolean {
    this.silentRounds += 1;
    if (this.sentPosition === this.position && this.silentRounds < maxSilentRounds) return false;
    this.silentRounds = 0;
    this.sentPosition = this.position;
    return true;
  }

  /**
   * The events of a change that the subscriber may see, in order. `visibleThen`: for a buffered change, the channels that were
   * visible when it was delivered; only events that were visible then and are visible now are sent.
   */
  eventsFor(change: Change, visibleThen?: ReadonlySet<string>): WireEvent[] {
    // A change of an unknown kind leaves a hole in the chain: the subscriber detects it and requests a new list.
    if (!wireEventsOf(change)) return this.skipTo(change.seq);
    const allowed = factsFor(this.kind, change).filter(({ channelId }) => this.mayLearnOf(channelId));
    const facts = visibleThen ? allowed.filter(({ channelId }) => visibleThen.has(channelId)) : allowed;
    if (facts.length < allowed.length) this.hasOmissions = true;
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

  /** Records that the subscriber has received a list of these channels. Not called for subscribers who see everything. */
  setListed(visible: Iterable<string>): void {
    this.listed = new Set(visible);
  }

  /** Whether the visible channels differ from those that the subscriber knows. */
  isStale(visible: readonly string[]): boolean {
    if (this.hasOmissions) return true;
    const { listed } = this;
    if (!listed) return false;
    return visible.length !== listed.size || visible.some((id) => !listed.has(id));
  }

  private skipTo(seq: number): [] {
    this.position = seq;
    return [];
  }

  /** Updates the known channels as the subscriber does. A channel that becomes visible without an event makes the list stale. */
  private updateListed(change: Change, sent: readonly ScopedFact[]): void {
    const { listed } = this;
    if (!listed) return;
    for (const { id, type, deleted } of channelsOf(change)) {
      const isSent = sent.some(({ channelId }) => channelId === id);
      if (deleted) listed.delete(id);
      else if (this.mayLearnOf(id) && (isSent || !isRoom(type))) listed.add(id);
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
