import type { RestGuildHour } from '@discord-relay/contracts';
import { addDays, dayInZone, dayStartInZone } from '../../ui/zoned-days.js';
import type { TimeRange } from '../model/machine-state.js';
import { lengthOf } from './scale.js';

/** Messages between two times. */
export interface Bucket extends TimeRange {
  messages: number;
}

export type DensityUnit = 'minute' | 'hour' | 'day';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** More bars than pixels cannot be read. */
const LONGEST_BY_HOUR_MS = 9 * 24 * HOUR_MS;
const LONGEST_BY_MINUTE_MS = 6 * HOUR_MS;

/** What the bars of a window count. Statistics are by hour: minutes are counted from messages. */
export function unitOf(window: TimeRange): DensityUnit {
  const length = lengthOf(window);
  if (length <= LONGEST_BY_MINUTE_MS) return 'minute';
  return length <= LONGEST_BY_HOUR_MS ? 'hour' : 'day';
}

/** The hours or days of the window that have messages, in order; days are those of a time zone. */
export function bucketsOf(
  hours: readonly Pick<RestGuildHour, 'hour' | 'messages'>[],
  window: TimeRange,
  zone: string,
): Bucket[] {
  const spanOf = unitOf(window) === 'day' ? daySpans(zone) : hourSpan;
  const buckets = new Map<number, Bucket>();
  for (const { hour, messages } of hours) {
    const span = spanOf(Date.parse(hour));
    if (messages === 0 || span.toMs <= window.fromMs || span.fromMs >= window.toMs) continue;
    const known = buckets.get(span.fromMs)?.messages ?? 0;
    buckets.set(span.fromMs, { ...span, messages: known + messages });
  }
  return inOrder(buckets);
}

/** The minutes of the window that have messages, in order. */
export function minutesOf(timesMs: readonly number[], window: TimeRange): Bucket[] {
  const buckets = new Map<number, Bucket>();
  for (const timeMs of timesMs) {
    if (timeMs < window.fromMs || timeMs > window.toMs) continue;
    const fromMs = Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
    const known = buckets.get(fromMs)?.messages ?? 0;
    buckets.set(fromMs, { fromMs, toMs: fromMs + MINUTE_MS, messages: known + 1 });
  }
  return inOrder(buckets);
}

const inOrder = (buckets: ReadonlyMap<number, Bucket>): Bucket[] =>
  [...buckets.values()].sort((a, b) => a.fromMs - b.fromMs);

const hourSpan = (fromMs: number): TimeRange => ({ fromMs, toMs: fromMs + HOUR_MS });

/** Days have 23 to 25 hours. */
function daySpans(zone: string): (timeMs: number) => TimeRange {
  const known = new Map<string, TimeRange>();
  return (timeMs) => {
    const day = dayInZone(timeMs, zone);
    const span = known.get(day) ?? {
      fromMs: dayStartInZone(day, zone),
      toMs: dayStartInZone(addDays(day, 1), zone),
    };
    known.set(day, span);
    return span;
  };
}

export const mostIn = (buckets: readonly Bucket[]): number =>
  buckets.reduce((most, { messages }) => Math.max(most, messages), 0);

/** The bars as an SVG path in a box of `width` by `height`; a single message is still seen. */
export function barsPath(
  buckets: readonly Bucket[],
  window: TimeRange,
  width: number,
  height: number,
): string {
  const most = mostIn(buckets);
  const xOf = (timeMs: number) =>
    (
      ((Math.min(Math.max(timeMs, window.fromMs), window.toMs) - window.fromMs) / lengthOf(window)) *
      width
    ).toFixed(1);
  return buckets
    .map(({ fromMs, toMs, messages }) => {
      const top = height - Math.max(height * 0.08, (messages / most) * height);
      return `M${xOf(fromMs)} ${height}V${top.toFixed(1)}H${xOf(toMs)}V${height}Z`;
    })
    .join('');
}
