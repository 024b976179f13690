import type { RestGuildHour } from '@discord-relay/contracts';
import type { Day } from '../../routes/place.js';
import { addDays, dayInZone, dayStartInZone, hourInZone } from '../../ui/zoned-days.js';

/** The days of a statistic, both included, in a time zone. */
export interface Range {
  from: Day;
  to: Day;
  zone: string;
}

export interface Bucket extends Counts {
  startMs: number;
}

type Counts = Omit<RestGuildHour, 'hour'>;

const HOUR_MS = 3_600_000;
const MAX_DAYS_BY_HOUR = 8;
const NOTHING: Counts = { messages: 0, edits: 0, deletions: 0, reactions: 0 };

/** `toMs` is exclusive. */
export const spanOf = ({ from, to, zone }: Range): { fromMs: number; toMs: number } => ({
  fromMs: dayStartInZone(from, zone),
  toMs: dayStartInZone(addDays(to, 1), zone),
});

/** More bars than pixels cannot be read: a longer range is shown by day. */
export const unitOf = (range: Range): 'hour' | 'day' =>
  addDays(range.from, MAX_DAYS_BY_HOUR - 1) >= range.to ? 'hour' : 'day';

/** Counts for every hour or day of the range until now; those without events are zero. */
export function bucketsOf(hours: readonly RestGuildHour[], range: Range, nowMs: number): Bucket[] {
  const buckets = new Map(startsOf(range, nowMs).map((startMs) => [startMs, { startMs, ...NOTHING }]));
  const startOf = startFinder(range);
  for (const { hour, ...counts } of hours) {
    const bucket = buckets.get(startOf(Date.parse(hour)));
    if (!bucket) continue;
    for (const key of ['messages', 'edits', 'deletions', 'reactions'] as const) bucket[key] += counts[key];
  }
  return [...buckets.values()];
}

function startsOf(range: Range, nowMs: number): number[] {
  const { fromMs, toMs } = spanOf(range);
  const endMs = Math.min(toMs, nowMs);
  const starts: number[] = [];
  if (unitOf(range) === 'hour')
    for (let ms = Math.ceil(fromMs / HOUR_MS) * HOUR_MS; ms < endMs; ms += HOUR_MS) starts.push(ms);
  else
    for (let day = range.from; day <= range.to; day = addDays(day, 1)) {
      const ms = dayStartInZone(day, range.zone);
      if (ms < endMs) starts.push(ms);
    }
  return starts;
}

function startFinder(range: Range): (timeMs: number) => number {
  if (unitOf(range) === 'hour') return (timeMs) => timeMs;
  const starts = new Map<Day, number>();
  return (timeMs) => {
    const day = dayInZone(timeMs, range.zone);
    const start = starts.get(day) ?? dayStartInZone(day, range.zone);
    starts.set(day, start);
    return start;
  };
}

/** Messages by hour of the day, 0 to 23, in a time zone. */
export function messagesByHourOfDay(hours: readonly RestGuildHour[], zone: string): number[] {
  const sums = Array.from({ length: 24 }, () => 0);
  for (const { hour, messages } of hours) sums[hourInZone(Date.parse(hour), zone)]! += messages;
  return sums;
}
