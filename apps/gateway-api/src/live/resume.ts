import type { Change, SnapshotReason } from '@discord-relay/contracts';
import { wireEventsOf } from './wire-events-of.js';

/** What may be sent instead of a snapshot. */
export interface ResumeLimits {
  maxEvents: number;
  /** Of the changes' JSON, about what goes over the socket. */
  maxBytes: number;
}

/**
 * Whether `tail`, the changes of a feed after `after` (one more than allowed at most), continues exactly at the
 * cursor and up to the feed's `head`: undefined if so, else why a snapshot is due.
 */
export function refuseResume(
  after: number,
  head: number,
  tail: readonly Change[],
  { maxEvents, maxBytes }: ResumeLimits,
): Exclude<SnapshotReason, 'joined' | 'projection_switched'> | undefined {
  if (after === head) return undefined;
  if (after > head) return 'cursor_unknown';
  const [first] = tail;
  if (!first || first.prev > after) return 'cursor_too_old';
  if (first.prev < after) return 'cursor_unknown';
  if (!tail.every(wireEventsOf)) return 'cursor_unknown';
  if (tail.length > maxEvents || jsonBytes(tail) > maxBytes) return 'too_far_behind';
  return undefined;
}

const jsonBytes = (changes: readonly Change[]): number =>
  changes.reduce((sum, { body }) => sum + Buffer.byteLength(JSON.stringify(body)), 0);
