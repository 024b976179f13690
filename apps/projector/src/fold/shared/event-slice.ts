import type { RelayEvent } from '@discord-relay/contracts';
import type { ParkingFacts } from './parking.js';

/** How a read model handles some event types; `Op` is its row operations. */
export interface EventSlice<in Event extends RelayEvent, out Op> {
  /**
   * The row operations of the event; `at` is when it happened.
   * @throws TypeError or RangeError when `data` does not have the shape of its type
   */
  readonly fold: (event: Event, at: string) => Op[];
  /** Whether every id of the event can be stored. An id that cannot, or is missing, is not one of Discord's. */
  readonly hasStorableIds: (event: Event) => boolean;
  /**
   * The keys of the entities that the event changes; later events with the same keys wait for it if it is parked. See ADR
   * 13.
   */
  readonly parkingKeys: (facts: ParkingFacts) => string[];
}

/** The events whose types begin with one of these prefixes. */
export type EventOf<Family extends string> = Extract<RelayEvent, { type: `${Family}.${string}` }>;
