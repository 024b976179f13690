import { compareSnowflakes, type Snowflake } from '@discord-relay/contracts';
import { authorKey } from '../../content/author/author-identity.js';
import { isNotice } from '../../content/system/system-words.js';
import type { ListedMessage } from './message-window.js';

/** Messages of one author that are closer together than this share one heading. */
export const GROUP_WINDOW_MS = 7 * 60_000;

export type MessageRow =
  | { kind: 'day'; key: string; timestamp: string }
  /** What follows is new to the reader. */
  | { kind: 'unread'; key: 'unread' }
  /** `leads`: shows author and time; the others of its group follow without. */
  | { kind: 'message'; key: string; message: ListedMessage; leads: boolean };

/**
 * The rows of the list, top to bottom: a separator where a day begins, and messages grouped by author.
 * @param readUpTo the last message that the reader has read; null: no separator for new messages
 * @param dayOf the reader's calendar day of an ISO 8601 time, as any string that differs between days
 */
export function messageRows(
  messages: readonly ListedMessage[],
  dayOf: (timestamp: string) => string,
  readUpTo: Snowflake | null = null,
): MessageRow[] {
  const rows: MessageRow[] = [];
  let previous: ListedMessage | undefined;
  let previousDay: string | undefined;
  for (const message of messages) {
    const day = dayOf(message.timestamp);
    const isNewDay = day !== previousDay;
    if (isNewDay) rows.push({ kind: 'day', key: `day-${message.id}`, timestamp: message.timestamp });
    const isFirstUnread = readUpTo !== null && isBetween(previous?.id, readUpTo, message.id);
    if (isFirstUnread) rows.push({ kind: 'unread', key: 'unread' });
    const leads = isNewDay || isFirstUnread || !previous || !belongTogether(previous, message);
    rows.push({ kind: 'message', key: message.id, message, leads });
    previous = message;
    previousDay = day;
  }
  return rows;
}

/** Whether `id` is after `earlier` and before `later`; nothing above the first loaded message counts as unread. */
const isBetween = (earlier: Snowflake | undefined, id: Snowflake, later: Snowflake): boolean =>
  earlier !== undefined && compareSnowflakes(earlier, id) <= 0 && compareSnowflakes(id, later) < 0;

/** An answer shows the answered message above itself, and a system message names its author: both start a new group. */
function belongTogether(earlier: ListedMessage, later: ListedMessage): boolean {
  if (later.replyTo || isNotice(earlier) || isNotice(later)) return false;
  const apartMs = Date.parse(later.timestamp) - Date.parse(earlier.timestamp);
  return authorKey(earlier) === authorKey(later) && apartMs < GROUP_WINDOW_MS;
}
