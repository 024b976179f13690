const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const fullDate = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const dateAndClock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const longDayWithYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });
const relativeDay = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

const DAY_MS = 24 * 60 * 60_000;

/** The reader's time of day of an ISO 8601 time. */
export const clockTime = (timestamp: string): string => clock.format(new Date(timestamp));

/** The time of day, with the date if it is not today. */
export const clockTimeOrDate = (timestamp: string, nowMs: number): string =>
  dayOf(timestamp) === new Date(nowMs).toDateString()
    ? clockTime(timestamp)
    : dateAndClock.format(new Date(timestamp));

/** As {@link clockTime} without a.m. or p.m., for rows below a heading that has it. */
export const shortClockTime = (timestamp: string): string =>
  clock
    .formatToParts(new Date(timestamp))
    .filter(({ type }) => type !== 'dayPeriod')
    .map(({ value }) => value)
    .join('')
    .trim();

/** The full date and time in the reader's language. */
export const fullTime = (timestamp: string): string => fullDate.format(new Date(timestamp));

/** The reader's calendar day, as a string that differs between days. */
export const dayOf = (timestamp: string): string => new Date(timestamp).toDateString();

/** The name of a day: today, yesterday, or its date, with the year if it is not this year. */
export function dayName(timestamp: string, nowMs: number): string {
  const date = new Date(timestamp);
  const daysAgo = Math.round((startOfDayMs(new Date(nowMs)) - startOfDayMs(date)) / DAY_MS);
  if (daysAgo === 0 || daysAgo === 1) return capitalised(relativeDay.format(-daysAgo, 'day'));
  const isThisYear = date.getFullYear() === new Date(nowMs).getFullYear();
  return (isThisYear ? longDay : longDayWithYear).format(date);
}

const startOfDayMs = (date: Date): number => new Date(date).setHours(0, 0, 0, 0);

const capitalised = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);
