import type { Day } from '../../routes/place.js';
import type { Range } from './series.js';
import { addDays, dayInZone } from '../../ui/zoned-days.js';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const USUAL_DAYS = 7;
const DAY_MS = 86_400_000;
/** The longest range that the service accepts. */
export const MAX_DAYS = 365;

/** The lengths that can be chosen with one click, in days. */
export const LENGTHS = [USUAL_DAYS, 30, 90, MAX_DAYS] as const;

/** The range in an address (`?from=2026-03-01&to=2026-03-07&zone=UTC`); by default the last seven days of the reader. */
export function rangeIn(search: string, nowMs: number): Range {
  const given = new URLSearchParams(search);
  const zone = knownZone(given.get('zone')) ?? readersZone();
  const today = dayInZone(nowMs, zone);
  const to = knownDay(given.get('to')) ?? today;
  const from = knownDay(given.get('from')) ?? addDays(to, 1 - USUAL_DAYS);
  return limited({ from, to, zone }, 'to');
}

export const searchOf = (range: Range): string => new URLSearchParams({ ...range }).toString();

/** The last days until today. */
export function lastDays(length: number, zone: string, nowMs: number): Range {
  const to = dayInZone(nowMs, zone);
  return { from: addDays(to, 1 - length), to, zone };
}

/** The range in another zone, where today may be another day: a range that ends today still does, with the same length. */
export function inZone(range: Range, zone: string, nowMs: number): Range {
  if (range.to !== dayInZone(nowMs, range.zone)) return { ...range, zone };
  const to = dayInZone(nowMs, zone);
  const offset = Math.round((Date.parse(to) - Date.parse(range.to)) / DAY_MS);
  return { from: addDays(range.from, offset), to, zone };
}

/** A range that ends after it begins and is not too long: the other end than the `kept` one moves. */
export function limited(range: Range, kept: 'from' | 'to'): Range {
  const { from, to } = range;
  if (kept === 'from') {
    const latest = addDays(from, MAX_DAYS - 1);
    return { ...range, to: to < from ? from : to > latest ? latest : to };
  }
  const earliest = addDays(to, 1 - MAX_DAYS);
  return { ...range, from: from > to ? to : from < earliest ? earliest : from };
}

const readersZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** All time zones, those of the reader and UTC first. */
export const zones = (): string[] => [
  ...new Set([readersZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')]),
];

const knownDay = (day: string | null): Day | undefined =>
  day !== null && DAY.test(day) && addDays(day, 0) === day ? day : undefined;

function knownZone(zone: string | null): string | undefined {
  if (zone === null) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
