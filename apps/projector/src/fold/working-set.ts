import type { Change } from '@discord-relay/contracts';
import { isOfPeople, isOfPlaces, isTalk } from './change-family.js';
import { FeedChain } from './feed-chain.js';
import { describeGap, gapKey } from './gap-rows.js';
import type { HeadRow } from './rows.js';
import { PeopleSet, type LoadedPeople } from './people-set.js';
import { PlaceSet, type LoadedPlaces } from './place-set.js';
import type { RowChange } from './row-change.js';
import { RowSet } from './row-set.js';
import type { GapRow, PositionRow } from './rows.js';
import { TalkSet, type LoadedTalk } from './talk-set.js';

/** The rows that a batch touches, as they are in the database. */
export interface LoadedRows extends LoadedPlaces, LoadedPeople, LoadedTalk {
  heads: HeadRow[];
  gaps: GapRow[];
}

/** Of a database that holds nothing. */
export const noRows = (): LoadedRows => ({
  guilds: [],
  channels: [],
  roles: [],
  members: [],
  voice: [],
  messages: [],
  reactions: [],
  deletedMessages: [],
  votes: [],
  pollCounts: [],
  heads: [],
  gaps: [],
});

/**
 * Applies a batch's events, in order, to the rows they touch. What is dirty afterwards is what has to be written, so
 * however often a row changes within the batch, it is written once. Deterministic: the same rows and events give the
 * same result however the events are cut into batches.
 */
export class WorkingSet {
  readonly feeds: FeedChain;
  readonly places: PlaceSet;
  readonly people: PeopleSet;
  readonly talk: TalkSet;
  readonly gaps: RowSet<string, GapRow>;
  private readonly positionOf = new Map<string, PositionRow>();

  /** `muted`: no changes come of it, but the heads go where they would be, or to `headSeq`. */
  constructor(loaded: LoadedRows, { muted = false, headSeq }: { muted?: boolean; headSeq?: number } = {}) {
    this.feeds = new FeedChain(loaded.heads, muted, headSeq);
    this.places = new PlaceSet(loaded, this.feeds);
    this.people = new PeopleSet(loaded, this.feeds, this.places.threadMembers);
    this.talk = new TalkSet(loaded, this.feeds);
    this.gaps = new RowSet(loaded.gaps, gapKey);
  }

  get changes(): Change[] {
    return this.feeds.changes;
  }

  /** The first event of each guild and hour in the batch. */
  get positions(): PositionRow[] {
    return [...this.positionOf.values()];
  }

  /** `seq` is the stream sequence of the event that asks for the change. */
  apply(change: RowChange, seq: number): void {
    if (isTalk(change)) return this.talk.apply(change, seq);
    if (isOfPeople(change)) return this.people.apply(change, seq);
    if (isOfPlaces(change)) return this.places.apply(change, seq);
    switch (change.op) {
      case 'describe_gap':
        this.gaps.update(gapKey(change.gap), seq, (row) => describeGap(row, change.gap, seq));
        return;
      case 'mark_position': {
        const { guildId: guild_id, hour } = change;
        const key = `${guild_id} ${hour}`;
        if (!this.positionOf.has(key)) this.positionOf.set(key, { guild_id, hour, seq });
        return;
      }
      default:
        return change satisfies never;
    }
  }
}
