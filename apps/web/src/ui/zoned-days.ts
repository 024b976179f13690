import type { Day } from '../routes/place.js';

const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 60 * 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-US', { ...digits, hourCycle: 'h23', timeZone: zone });
  formats.set(zone, format);
  return format;
}

const partOf = (parts: readonly Intl.DateTimeFormatPart[], type: Intl.DateTimeFormatPartTypes): string =>
  parts.find((part) => part.type === type)?.value ?? '';

/** The calendar day of a time in a time zone. */
export function dayInZone(timeMs: number, zone: string): Day {
  const parts = formatIn(zone).formatToParts(timeMs);
  return `${partOf(parts, 'year')}-${partOf(parts, 'month')}-${partOf(parts, 'day')}`;
}

/** The hour of the day in a time zone, 0 to 23. */
export const hourInZone = (timeMs: number, zone: string): number =>
  Number(partOf(formatIn(zone).formatToParts(timeMs), 'hour'));

/** The day `offset` days later. */
export function addDays(day: Day, offset: number): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date + offset)).toISOString().slice(0, 10);
}

/** When a day begins in a time zone: not always at midnight, where clocks change then. */
export function dayStartInZone(day: Day, zone: string): number {
  const utcMs = Date.parse(`${day}T00:00:00Z`);
  // Zones are at most 14 hours ahead of UTC and 12 behind.
  let before = (utcMs - 15 * HOUR_MS) / QUARTER_MS;
  let begun = (utcMs + 13 * HOUR_MS) / QUARTER_MS;
  while (begun - before > 1) {
    const middle = Math.floor((before + begun) / 2);
    if (dayInZone(middle * QUARTER_MS, zone) < day) before = middle;
    else begun = middle;
  }
  return begun * QUARTER_MS;
}
