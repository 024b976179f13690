import type { IsoTime, Seq } from '../formats.js';
import type { Snowflake } from '../snowflake.js';
import type { RestGap } from './rest-gaps.js';

/**
 * `observed`: what the relay had recorded by then. `happened`: what had happened by then at Discord, as far as it is known now,
 * also from history that was fetched or imported later.
 */
export const AS_OF_CLOCKS = ['observed', 'happened'] as const;
export type AsOfClock = (typeof AS_OF_CLOCKS)[number];

/** The point of the answer to a request with `asOf`. */
export interface RestAsOf {
  clock: AsOfClock;
  /** The answer includes all events up to this one; with `happened`, those that are known now. */
  seq: Seq;
  /** The requested time; null: a sequence was requested. */
  time: IsoTime | null;
  /** Gaps that were open then: what happened in them was not known yet, or never was. */
  gaps: RestGap[];
}

/** The point of a page of messages, and the messages of that time that the page cannot show. */
export interface RestMessagesAsOf extends RestAsOf {
  /** Messages that were deleted later, oldest first. */
  deleted: RestTombstone[];
  /** With `happened`: messages of which no text from that time is known, only one from a later edit. */
  unknown: RestTombstone[];
}

/** What is left of a message. */
export interface RestTombstone {
  id: Snowflake;
  timestamp: IsoTime;
}
