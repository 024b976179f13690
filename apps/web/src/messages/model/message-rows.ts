import { compareSnowflakes, type Redaction, type Snowflake } from '@discord-relay/contracts';
import { authorKey } from '../../content/author/author-identity.js';
import { isNotice } from '../../content/system/message-types.js';
import type { ListedGap, ListMark, Skip } from './list-marks.js';
import type { ListedMessage } from './message-window.js';

/** Messages of one author that are closer together than this share one heading. */
export const GROUP_WINDOW_MS = 7 * 60_000;

export type MessageRow =
  | { kind: 'day'; key: string; timestamp: string }
  /** The rows below are new to the reader. */
  | { kind: 'unread'; key: 'unread' }
  /** Consecutive messages that were deleted while the list was open. */
  | { kind: 'deleted'; key: string; count: number }
  /** Consecutive messages of the past that are tombstones today. */
  | { kind: 'withheld'; key: string; count: number; redaction: Redaction }
  | { kind: 'gap'; key: string; gap: ListedGap }
  | { kind: 'skip'; key: string; skip: Skip }
  /** `leads`: shows author and time; the others of its group follow without. */
  | { kind: 'message'; key: string; message: ListedMessage; leads: boolean };

/**
 * The rows of the list, top to bottom: a separator where a day begins, marks at their places, and messages grouped by author.
 * @param readUpTo the last message that the reader has read; null: no separator for new messages
 * @param dayOf the reader's calendar day of an ISO 8601 time, as any string that differs between days
 * @param marks ordered by id
 */
export function messageRows(
  messages: readonly ListedMessage[],
  dayOf: (timestamp: string) => string,
  readUpTo: Snowflake | null = null,
  marks: readonly ListMark[] = [],
): MessageRow[] {
  const rows = new Rows(dayOf, readUpTo);
  let next = 0;
  for (const message of messages) {
    for (; next < marks.length && compareSnowflakes(marks[next]!.id, message.id) < 0; next += 1)
      rows.addMark(marks[next]!);
    rows.addMessage(message);
  }
  marks.slice(next).forEach((mark) => rows.addMark(mark));
  return rows.all;
}

class Rows {
  readonly all: MessageRow[] = [];
  private previous: ListedMessage | undefined;
  private day: string | undefined;
  private minute: string | undefined;

  constructor(
    private readonly dayOf: (timestamp: string) => string,
    private readonly readUpTo: Snowflake | null,
  ) {}

  addMark(mark: ListMark): void {
    this.addDay(mark);
    const last = this.all.at(-1);
    if (mark.kind === 'gap') this.all.push({ kind: 'gap', key: `gap-${mark.gap.gapId}`, gap: mark.gap });
    else if (mark.kind === 'skip')
      this.all.push({ kind: 'skip', key: `skip-${mark.skip.from}`, skip: mark.skip });
    else if (last?.kind === 'deleted') this.all.splice(-1, 1, { ...last, count: last.count + 1 });
    else this.all.push({ kind: 'deleted', key: `deleted-${mark.id}`, count: 1 });
  }

  addMessage(message: ListedMessage): void {
    this.addDay(message);
    const { redacted } = message;
    // Who wrote a text that an edit replaced is known: it is shown as a message.
    if (redacted !== undefined && redacted !== 'superseded') return this.addWithheld(message.id, redacted);
    const { previous, readUpTo } = this;
    if (readUpTo !== null && isBetween(previous?.id, readUpTo, message.id))
      this.all.push({ kind: 'unread', key: 'unread' });
    const follows =
      this.all.at(-1)?.kind === 'message' && previous !== undefined && belongTogether(previous, message);
    this.all.push({ kind: 'message', key: message.id, message, leads: !follows });
    this.previous = message;
  }

  private addWithheld(id: Snowflake, redaction: Redaction): void {
    const last = this.all.at(-1);
    if (last?.kind === 'withheld' && last.redaction === redaction)
      this.all.splice(-1, 1, { ...last, count: last.count + 1 });
    else this.all.push({ kind: 'withheld', key: `withheld-${id}`, count: 1, redaction });
  }

  private addDay({ id, timestamp }: Pick<ListMark, 'id' | 'timestamp'>): void {
    // Days begin with a minute in every time zone, and most messages of a busy channel share theirs with the one before.
    const minute = timestamp.slice(0, 'YYYY-MM-DDTHH:MM'.length);
    if (minute === this.minute) return;
    this.minute = minute;
    const day = this.dayOf(timestamp);
    if (day !== this.day) this.all.push({ kind: 'day', key: `day-${id}`, timestamp });
    this.day = day;
  }
}

/** Whether `id` is after `earlier` and before `later`; nothing above the first loaded message counts as unread. */
const isBetween = (earlier: Snowflake | undefined, id: Snowflake, later: Snowflake): boolean =>
  earlier !== undefined && compareSnowflakes(earlier, id) <= 0 && compareSnowflakes(id, later) < 0;

/** An answer shows the answered message above itself, and a system message names its author: both start a new group. */
export function belongTogether(earlier: ListedMessage, later: ListedMessage): boolean {
  if (authorKey(earlier) !== authorKey(later)) return false;
  if (later.replyTo || isNotice(earlier) || isNotice(later)) return false;
  return Date.parse(later.timestamp) - Date.parse(earlier.timestamp) < GROUP_WINDOW_MS;
}
