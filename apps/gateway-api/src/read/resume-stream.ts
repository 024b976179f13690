import type { Change, SnapshotReason } from '@discord-relay/contracts';
import type { ResumeLimits } from './resume.js';

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
