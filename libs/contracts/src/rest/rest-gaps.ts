import type { Recovered, Unrecoverable } from '../events/gap-events.js';
import type { Cursor, IsoTime } from '../formats.js';

/** A time in which no events of the guild were received, and what backfill recovered of it. */
export interface RestGap {
  gapId: string;
  /** `session_lost` or `first_start`; null: only the end of the gap is known. */
  cause: string | null;
  /** All times ISO 8601; null: not known. */
  openedAt: IsoTime | null;
  from: IsoTime | null;
  to: IsoTime | null;
  /** null: backfill is still running. */
  closedAt: IsoTime | null;
  recovered: Recovered | null;
  unrecoverable: Unrecoverable[] | null;
}

/** Newest first. `next`: the `before` of the next page; null: this is the last page. */
export interface RestGapPage {
  gaps: RestGap[];
  next: Cursor | null;
}
