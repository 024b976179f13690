/** Times of a file are the same for every reader: in UTC, and in the language of its texts. */
export const LOCALE = 'en-GB';
export const TIME_ZONE = 'UTC';

const DATE_LENGTH = 'YYYY-MM-DD'.length;
const CLOCK = { start: 'YYYY-MM-DDT'.length, end: 'YYYY-MM-DDTHH:MM'.length };

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = [
  ...(['January', 'February', 'March', 'April', 'May', 'June', 'July'] as const),
  ...(['August', 'September', 'October', 'November', 'December'] as const),
];

/** The day of an ISO 8601 time in UTC, as `2026-05-01`. */
export const utcDay = (timestamp: string): string => timestamp.slice(0, DATE_LENGTH);
export const utcClock = (timestamp: string): string => timestamp.slice(CLOCK.start, CLOCK.end);
/** Not by `Intl`, whose punctuation differs between versions of Node.js. */
export function utcDayName(timestamp: string): string {
  const date = new Date(timestamp);
  const month = MONTHS[date.getUTCMonth()]!;
  return `${WEEKDAYS[date.getUTCDay()]!}, ${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
}
export const utcFullTime = (timestamp: string): string =>
  `${utcDayName(timestamp)}, ${timestamp.slice(CLOCK.start, 'YYYY-MM-DDTHH:MM:SS'.length)} UTC`;
