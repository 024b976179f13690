import { firstSnowflakeAt, type Snowflake, type WireHistoryMessage } from '@discord-relay/contracts';
import type { Day } from '../../routes/place.js';

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** The calendar day of a time, in the reader's time zone. */
export function dayAt(timeMs: number): Day {
  const date = new Date(timeMs);
  const year = String(date.getFullYear()).padStart(4, '0');
  return `${year}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** When a day, or the day `offset` days later, begins in the reader's time zone. */
export function dayStartMs(day: Day, offset = 0): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + offset).getTime();
}

/** The smallest id that a message of the day can have. */
export const firstIdOfDay = (day: Day, offset = 0): Snowflake => firstSnowflakeAt(dayStartMs(day, offset));

type ReadPage = (page: {
  before?: string;
  after?: string;
  limit: number;
}) => Promise<{ messages: WireHistoryMessage[] }>;

/** The nearest day before or after `day` with a message that still exists; null: there is none. */
export async function nearestDay(
  read: ReadPage,
  day: Day,
  direction: 'before' | 'after',
): Promise<Day | null> {
  const bound =
    direction === 'before'
      ? { before: firstIdOfDay(day) }
      : { after: String(BigInt(firstIdOfDay(day, 1)) - 1n) };
  const { messages } = await read({ ...bound, limit: 1 });
  const [message] = messages;
  return message ? dayAt(Date.parse(message.timestamp)) : null;
}
