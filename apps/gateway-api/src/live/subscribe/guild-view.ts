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
 * One follower's view of a guild's feed. It tells only of what they may see, and places that into a chain of its own:
 * `prev` is where this follower stands, whatever came between.
 */
export class GuildView {
  /** What the follower was told that there is; undefined: they see everything. */
  private listed: Set<string> | undefined;
  /** Something was left out that they may know of by now: what they were told is not how it is. */
  private leftOut = false;
  private toldAt: number;
  private quietFor = 0;

  /**
   * @param standing where the follower stands
   * @param tells whether they may hear of a channel, also that it was deleted
   */
  constructor(
    readonly kind: ViewKind,
    private standing: number,
    private readonly tells: (channelId: string) => boolean,
  ) {
    this.toldAt = standing;
  }

  get cursor(): number {
    return this.standing;
  }

  /** Whether the follower is to be told where they stand: they moved since, or asked `quietLooks` times in vain. */
  isDue(quietLooks: number): boolean {
    this.quietFor += 1;
    if (this.toldAt === this.standing && this.quietFor < quietLooks) return false;
    this.quietFor = 0;
    this.toldAt = this.standing;
    return true;
  }

  /**
   * What the follower is sent of a change, in order. `told`: of what they might hear when it came, if that was before;
   * they are sent what they might know of then and may know of now.
   */
  take(change: Change, told?: ReadonlySet<string>): WireEvent[] {
    // What cannot be told is a hole in the chain: the follower finds it and asks for a new list.
    if (!wireEventsOf(change)) return this.tear(change.seq);
    const allowed = factsFor(this.kind, change).filter(({ channelId }) => this.tells(channelId));
    const facts = told ? allowed.filter(({ channelId }) => told.has(channelId)) : allowed;
    if (facts.length < allowed.length) this.leftOut = true;
    this.note(change, facts);
    if (facts.length === 0) return [];
    const events = placed(
      facts.map(({ fact }) => fact),
      change.seq,
      this.standing,
    );
    this.standing = change.seq;
    return events;
  }

  /** The follower has a list of all of these now; nobody has to tell them to who sees everything. */
  listing(visible: Iterable<string>): void {
    this.listed = new Set(visible);
  }

  /** Whether what they may see now is not what they were told of: more or less, without an event about it. */
  isStale(visible: readonly string[]): boolean {
    if (this.leftOut) return true;
    const { listed } = this;
    if (!listed) return false;
    return visible.length !== listed.size || visible.some((id) => !listed.has(id));
  }

  private tear(seq: number): [] {
    this.standing = seq;
    return [];
  }

  /** Keeps the list as the follower keeps theirs. What is not told of a channel that appears makes the list stale. */
  private note(change: Change, told: readonly ScopedFact[]): void {
    const { listed } = this;
    if (!listed) return;
    for (const { id, type, deleted } of channelsOf(change)) {
      const toldNow = told.some(({ channelId }) => channelId === id);
      if (deleted) listed.delete(id);
      else if (this.tells(id) && (toldNow || !isRoom(type))) listed.add(id);
    }
  }
}

/** What a change tells to followers of this kind, each part with the channel that it is about. */
export const factsFor = (kind: ViewKind, change: Change): readonly ScopedFact[] =>
  kind === 'rooms' ? roomFactsOf(change) : factsOf(change);

function channelsOf(change: Change): readonly ChannelChangeBody[] {
  if (change.kind === 'channel_update') return [change.body];
  return change.kind === 'guild_listed' ? change.body.channels : [];
}
