import type { RelayEvent } from '@discord-relay/contracts';
import type { ParkingFacts } from './parking.js';

/** What a read model does with some events; `Op` is what it may want of the rows. */
export interface EventSliceOf<in Event extends RelayEvent, out Op> {
  /**
   * What the event wants of the rows; `at` is when it happened.
   * @throws TypeError or RangeError when `data` is not what its type says
   */
  readonly fold: (event: Event, at: string) => Op[];
  /** Whether every id of the event can be stored. An id that cannot, or is missing, is not one of Discord's. */
  readonly hasStorableIds: (event: Event) => boolean;
  /** What the event is about, where later events about the same have to wait for it. See ADR 13. */
  readonly parkingKeys: (facts: ParkingFacts) => string[];
}

/** The events whose types begin with one of these words. */
export type EventOf<Family extends string> = Extract<RelayEvent, { type: `${Family}.${string}` }>;
