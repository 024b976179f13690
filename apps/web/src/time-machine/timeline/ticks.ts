import { addDays, dayInZone, dayStartInZone, hourInZone } from '../../ui/zoned-days.js';
import { lengthOf } from './scale.js';
import type { TimeRange } from '../model/machine-state.js';

/** A labelled time of the bar. `day`: a day, month or year begins. */
export interface Tick {
  timeMs: number;
  kind: 'time' | 'day' | 'month' | 'year';
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const MINUTE_STEPS = [1, 2, 5, 10, 15, 30] as const;
const HOUR_STEPS = [1, 2, 3, 6, 12] as const;
const DAY_STEPS = [1, 2, 7] as const;
const MONTH_STEPS = [1, 3, 6, 12, 24, 60, 120] as const;

/** At most `most` ticks at round times of a zone, or none. */
export function ticksOf(window: TimeRange, zone: string, most: number): Tick[] {
  for (const candidate of candidates(window, zone)) {
    const ticks = candidate();
    if (ticks.length <= most) return ticks;
  }
  return [];
}

/** From the closest ticks to the widest; those that would be far too many are left out. */
function candidates(window: TimeRange, zone: string): (() => Tick[])[] {
  const inWindow = (ticks: Tick[]) =>
    ticks.filter(({ timeMs }) => timeMs >= window.fromMs && timeMs <= window.toMs);
  const hours = lengthOf(window) / HOUR_MS;
  const days = hours / 24;
  return [
    ...(hours <= 12 ? MINUTE_STEPS.map((step) => () => inWindow(minuteTicks(window, zone, step))) : []),
    ...(days <= 16 ? HOUR_STEPS.map((step) => () => inWindow(hourTicks(window, zone, step))) : []),
    ...(days <= 120 ? DAY_STEPS.map((step) => () => inWindow(dayTicks(window, zone, step))) : []),
    ...MONTH_STEPS.map((step) => () => inWindow(monthTicks(window, zone, step))),
  ];
}

/** Offsets of zones are multiples of 15 minutes; the beginning of a day is marked. */
function minuteTicks({ fromMs, toMs }: TimeRange, zone: string, step: number): Tick[] {
  const stepMs = step * MINUTE_MS;
  const ticks: Tick[] = [];
  for (let timeMs = Math.ceil(fromMs / stepMs) * stepMs; timeMs <= toMs; timeMs += stepMs)
    ticks.push({ timeMs, kind: isDayStart(timeMs, zone) ? 'day' : 'time' });
  return ticks;
}

const isDayStart = (timeMs: number, zone: string): boolean =>
  dayStartInZone(dayInZone(timeMs, zone), zone) === timeMs;

/** Hours of the clock, also on days that have 23 or 25. */
function hourTicks(window: TimeRange, zone: string, step: number): Tick[] {
  return daysOf(window, zone).flatMap((day) => {
    const [startMs, endMs] = [dayStartInZone(day, zone), dayStartInZone(addDays(day, 1), zone)];
    const ticks: Tick[] = [{ timeMs: startMs, kind: 'day' }];
    for (let timeMs = startMs + HOUR_MS; timeMs < endMs; timeMs += HOUR_MS)
      if (hourInZone(timeMs, zone) % step === 0) ticks.push({ timeMs, kind: 'time' });
    return ticks;
  });
}

/** Counted from a fixed day, so that the same days have ticks when the window moves; weeks begin on Monday. */
function dayTicks(window: TimeRange, zone: string, step: number): Tick[] {
  const isTick = (day: string) => (Date.parse(`${day}T00:00:00Z`) / 86_400_000 - MONDAY) % step === 0;
  return daysOf(window, zone)
    .filter(isTick)
    .map((day) => ({ timeMs: dayStartInZone(day, zone), kind: 'day' }));
}

/** 1970-01-05, in days since the Unix epoch. */
const MONDAY = 4;

function monthTicks({ fromMs, toMs }: TimeRange, zone: string, step: number): Tick[] {
  const ticks: Tick[] = [];
  const monthOf = (timeMs: number) => {
    const [year = 0, month = 1] = dayInZone(timeMs, zone).split('-').map(Number);
    return year * 12 + month - 1;
  };
  for (let month = Math.ceil(monthOf(fromMs) / step) * step; month <= monthOf(toMs); month += step) {
    const first = `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`;
    ticks.push({ timeMs: dayStartInZone(first, zone), kind: month % 12 === 0 ? 'year' : 'month' });
  }
  return ticks;
}

function daysOf({ fromMs, toMs }: TimeRange, zone: string): string[] {
  const days: string[] = [];
  const last = dayInZone(toMs, zone);
  for (let day = dayInZone(fromMs, zone); day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

const FORMATS: Readonly<Record<Tick['kind'], Intl.DateTimeFormatOptions>> = {
  time: { hour: 'numeric', minute: '2-digit' },
  day: { day: 'numeric', month: 'short' },
  month: { month: 'short', year: 'numeric' },
  year: { year: 'numeric' },
};

/** Labels in the reader's language. */
export function tickLabels(zone: string, locale?: string): (tick: Tick) => string {
  const formats = new Map<Tick['kind'], Intl.DateTimeFormat>();
  return ({ timeMs, kind }) => {
    const format = formats.get(kind) ?? new Intl.DateTimeFormat(locale, { ...FORMATS[kind], timeZone: zone });
    formats.set(kind, format);
    return format.format(timeMs);
  };
}
