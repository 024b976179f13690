import type { Change, SnapshotReason } from '@discord-relay/contracts';
import type { Querying } from '../database/read-model.database.js';
import { type ViewerAccess, readUnchangedSince } from './access/rights-trail.query.js';
import { wireEventsOf } from './wire-events-of.js';

/** What may be sent instead of a snapshot. */
export interface ResumeLimits {
  maxEvents: number;
  /** Of the changes' JSON, about what goes over the socket. */
  maxBytes: number;
}

/** What the database has of a guild beyond a cursor: its newest `seq`, and where the oldest change that is kept follows. */
export interface TailBounds {
  head: number;
  /** `guildPrev` of the guild's first change after the cursor; undefined: there is none. */
  firstGuildPrev: number | undefined;
}

type Refusal = 'cursor_too_old' | 'cursor_unknown';

/** Whether the cursor is a place in a feed's own chain, whose `head` and changes after it these are. */
export const isCursorOfFeed = (after: number, head: number, tail: readonly Pick<Change, 'prev'>[]): boolean =>
  after === head || tail[0]?.prev === after;

/**
 * Whether everything after the cursor is known, of all feeds of its guild: undefined if so, else why not. A cursor may be
 * the `seq` of any change of the guild, whichever transport and feed it comes from, as the guild has one order.
 */
export function refuseCursor(after: number, { head, firstGuildPrev }: TailBounds): Refusal | undefined {
  if (after === head) return undefined;
  if (!(after <= head)) return 'cursor_unknown';
  if (firstGuildPrev === undefined || firstGuildPrev > after) return 'cursor_too_old';
  return firstGuildPrev < after ? 'cursor_unknown' : undefined;
}

/**
 * Whether `tail`, the changes of a feed after `after` (one more than allowed at most), can be sent as all that came after
 * it: undefined if so, else why a snapshot is due. `guild`: of a cursor that is not {@link isCursorOfFeed}.
 */
export function refuseResume(
  after: number,
  tail: readonly Change[],
  guild: TailBounds | undefined,
  limits: ResumeLimits,
): Refusal | Extract<SnapshotReason, 'too_far_behind'> | undefined {
  const refusal = guild && refuseCursor(after, guild);
  if (refusal) return refusal;
  if (!tail.every(wireEventsOf)) return 'cursor_unknown';
  return refuseLength(tail, limits);
}

/** Whether a tail, one change longer than allowed at most, is too long to be sent: why, or undefined. */
export function refuseLength(
  tail: readonly Change[],
  { maxEvents, maxBytes }: ResumeLimits,
): Extract<SnapshotReason, 'too_far_behind'> | undefined {
  const isTooLong = tail.length > maxEvents || jsonBytes(tail) > maxBytes;
  return isTooLong ? 'too_far_behind' : undefined;
}

/**
 * Whether the tail of a channel's feed holds something that the user might not know of when it was said: then what they
 * may know of it by now is told instead. On the caller's snapshot.
 */
export async function refuseChangedAccess(
  query: Querying,
  look: ViewerAccess,
  channelId: string,
  [first]: readonly Change[],
): Promise<Extract<SnapshotReason, 'access_changed'> | undefined> {
  if (!first) return undefined;
  const settled = await readUnchangedSince(query, look, first.seq);
  return settled(channelId, first.seq) ? undefined : 'access_changed';
}

/** The tail as it follows a cursor that may lie between two changes of the feed: its first change follows the cursor. */
export function tailAfter(after: number, [first, ...rest]: readonly Change[]): Change[] {
  return first ? [{ ...first, prev: after }, ...rest] : [];
}

const jsonBytes = (changes: readonly Change[]): number =>
  changes.reduce((sum, { body }) => sum + Buffer.byteLength(JSON.stringify(body)), 0);
