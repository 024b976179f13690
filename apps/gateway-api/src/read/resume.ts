import type { Change, SnapshotReason } from '@discord-relay/contracts';
import type { Querying } from '../database/read-model.database.js';
import { type ViewerAccess, readUnchangedSince } from './access/rights-trail.query.js';
import { wireEventsOf } from './wire-events-of.js';

/** Limits of a tail that is sent instead of a snapshot. */
export interface ResumeLimits {
  maxEvents: number;
  /** Size of the changes' JSON, which is about the size sent over the socket. */
  maxBytes: number;
}

/** The state of a guild after a cursor: its newest `seq`, and the predecessor of the oldest stored change. */
export interface TailBounds {
  head: number;
  /** `guildPrev` of the guild's first change after the cursor; undefined: there is none. */
  firstGuildPrev: number | undefined;
}

type Refusal = 'cursor_too_old' | 'cursor_unknown';

/** Whether the cursor is a position in the feed's own chain; `head` and `tail` are the feed's. */
export const isCursorOfFeed = (after: number, head: number, tail: readonly Pick<Change, 'prev'>[]): boolean =>
  after === head || tail[0]?.prev === after;

/**
 * Checks that every change after the cursor is known, for all feeds of its guild: returns undefined if so, else the reason.
 * A cursor may be the `seq` of any change of the guild, from any transport and feed, because a guild has one order.
 */
export function refuseCursor(after: number, { head, firstGuildPrev }: TailBounds): Refusal | undefined {
  if (after === head) return undefined;
  if (!(after <= head)) return 'cursor_unknown';
  if (firstGuildPrev === undefined || firstGuildPrev > after) return 'cursor_too_old';
  return firstGuildPrev < after ? 'cursor_unknown' : undefined;
}

/**
 * Checks that `tail` contains every change after `after`: returns undefined if so, else the reason for a snapshot. `tail`
 * holds the changes of a feed, at most one more than allowed. `guild` is for a cursor that is not {@link isCursorOfFeed}.
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

/** Whether a tail, which holds at most one change more than allowed, is too long to send: the reason, or undefined. */
export function refuseLength(
  tail: readonly Change[],
  { maxEvents, maxBytes }: ResumeLimits,
): Extract<SnapshotReason, 'too_far_behind'> | undefined {
  const isTooLong = tail.length > maxEvents || jsonBytes(tail) > maxBytes;
  return isTooLong ? 'too_far_behind' : undefined;
}

/**
 * Whether the tail of a channel's feed contains an event that the user was not allowed to see at the time: then a snapshot
 * of what they may see now is sent instead. Reads in the caller's transaction.
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

/** The tail with its first change linked to the cursor, which may lie between two changes of the feed. */
export function tailAfter(after: number, [first, ...rest]: readonly Change[]): Change[] {
  return first ? [{ ...first, prev: after }, ...rest] : [];
}

const jsonBytes = (changes: readonly Change[]): number =>
  changes.reduce((sum, { body }) => sum + Buffer.byteLength(JSON.stringify(body)), 0);
