import type { QueueCounts, RestQueueStatistics } from '@discord-relay/contracts';
import type { QueueItem } from './queue-item.js';

type Counted = Pick<QueueItem, 'state' | 'openedAtMs' | 'firstResponseS'>;

/** Counts of the items that were opened in the span, by day of the time zone and in total. */
export function queueStatistics(
  items: readonly Counted[],
  { from, to }: { from: Date; to: Date },
  zone: string,
): Pick<RestQueueStatistics, 'days' | 'total'> {
  const opened = items.filter(({ openedAtMs }) => openedAtMs >= from.getTime() && openedAtMs < to.getTime());
  const byDay = new Map<string, Counted[]>();
  const dayOf = dayIn(zone);
  for (const item of opened) {
    const day = dayOf(item);
    const ofDay = byDay.get(day);
    if (ofDay) ofDay.push(item);
    else byDay.set(day, [item]);
  }
  const days = [...byDay].map(([day, ofDay]) => ({ day, ...countsOf(ofDay) }));
  return { days: days.sort((a, b) => (a.day < b.day ? -1 : 1)), total: countsOf(opened) };
}

function countsOf(items: readonly Counted[]): QueueCounts {
  const counts = { waiting: 0, answered: 0, solved: 0 };
  for (const { state } of items) counts[state] += 1;
  const responses = items.flatMap(({ firstResponseS }) => firstResponseS ?? []).sort((a, b) => a - b);
  return {
    opened: items.length,
    ...counts,
    responded: responses.length,
    firstResponseMedianS: quantile(responses, 0.5),
    firstResponseP90S: quantile(responses, 0.9),
  };
}

/** The smallest value that is not exceeded by this share of the sorted values; null: there are none. */
const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.ceil(sorted.length * share) - 1] ?? null;

/** No zone changes its offset within a quarter of an hour that begins on the quarter. */
const QUARTER_MS = 15 * 60_000;

/** The calendar day of an item in a time zone, `2026-03-01`. Formatting is slow, so each quarter of an hour is formatted once. */
function dayIn(zone: string): (item: Counted) => string {
  const digits = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-US', { ...digits, timeZone: zone, calendar: 'gregory' });
  const known = new Map<number, string>();
  return ({ openedAtMs }) => {
    const quarter = Math.floor(openedAtMs / QUARTER_MS);
    const day = known.get(quarter) ?? isoDay(format.formatToParts(quarter * QUARTER_MS));
    known.set(quarter, day);
    return day;
  };
}

function isoDay(parts: readonly Intl.DateTimeFormatPart[]): string {
  const value = (type: 'year' | 'month' | 'day') => parts.find((part) => part.type === type)?.value;
  return `${value('year')}-${value('month')}-${value('day')}`;
}
