import type { Change, SnapshotReason } from '@discord-relay/contracts';
import type { ResumeLimits } from '../live/resume.js';

/** What the database has beyond a cursor: of the guild its newest `seq`, and where its oldest change that is kept follows. */
export interface TailBounds {
  head: number;
  /** `guildPrev` of the guild's first change after the cursor; undefined: there is none. */
  firstGuildPrev: number | undefined;
}

/**
 * Whether everything after the cursor is known: undefined if so, else why a stream starts anew. A cursor is the `seq` of
 * any change of the guild, as the guild has one order and a stream knows which of its changes it was told.
 */
export function refuseStreamResume(
  after: number,
  { head, firstGuildPrev }: TailBounds,
): 'cursor_too_old' | 'cursor_unknown' | undefined {
  if (after === head) return undefined;
  if (!(after <= head)) return 'cursor_unknown';
  if (firstGuildPrev === undefined || firstGuildPrev > after) return 'cursor_too_old';
  return firstGuildPrev < after ? 'cursor_unknown' : undefined;
}

/** Whether a tail, one change longer than allowed at most, is too long to be sent: why, or undefined. */
export function refuseLength(
  tail: readonly Change[],
  { maxEvents, maxBytes }: ResumeLimits,
): Extract<SnapshotReason, 'too_far_behind'> | undefined {
  const tooFar = tail.length > maxEvents || jsonBytes(tail) > maxBytes;
  return tooFar ? 'too_far_behind' : undefined;
}

const jsonBytes = (changes: readonly Change[]): number =>
  changes.reduce((sum, { body }) => sum + Buffer.byteLength(JSON.stringify(body)), 0);
