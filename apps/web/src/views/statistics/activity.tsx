import { useMemo } from 'react';
import type { RestGuildHour } from '@discord-relay/contracts';
import { STATISTICS_TEXTS as TEXTS } from '../../texts/statistics-texts.js';
import { wallClockMs } from '../../ui/wall-clock.js';
import { Figure } from './figure.js';
import { type Bucket, bucketsOf, messagesByHourOfDay, type Range, unitOf } from './series.js';

interface ActivityProps {
  hours: readonly RestGuildHour[];
  range: Range;
}

/** Messages, edits and deletions over time, and the busiest hours of the day. */
export function Activity({ hours, range }: ActivityProps) {
  const buckets = useMemo(() => bucketsOf(hours, range, wallClockMs()), [hours, range]);
  const times = useMemo(() => buckets.map(({ startMs }) => startMs / 1_000), [buckets]);
  const figure = { buckets, times, range };
  const unit = unitOf(range);
  return (
    <>
      <OverTime
        {...figure}
        title={TEXTS.messagesBy[unit]}
        keys={MESSAGES}
        testId="figure-messages"
        lines={false}
      />
      <OverTime {...figure} title={TEXTS.changesBy[unit]} keys={CHANGES} testId="figure-changes" lines />
      <BusiestHours hours={hours} zone={range.zone} />
    </>
  );
}

type Count = Exclude<keyof Bucket, 'startMs'>;
const MESSAGES: readonly Count[] = ['messages'];
const CHANGES: readonly Count[] = ['edits', 'deletions', 'reactions'];

interface OverTimeProps {
  title: string;
  buckets: readonly Bucket[];
  times: readonly number[];
  range: Range;
  keys: readonly Count[];
  testId: string;
  lines: boolean;
}

function OverTime({ title, buckets, times, range, keys, testId, lines }: OverTimeProps) {
  const chart = useMemo(
    () => ({
      x: times,
      lines,
      zone: range.zone,
      series: keys.map((key) => ({ label: TEXTS.counts[key], values: buckets.map((each) => each[key]) })),
    }),
    [times, buckets, range, keys, lines],
  );
  const nameOf = bucketNames(range);
  return (
    <Figure
      title={title}
      chart={chart}
      columns={[TEXTS.units[unitOf(range)], ...keys.map((key) => TEXTS.counts[key])]}
      rows={buckets
        .filter((each) => keys.some((key) => each[key] > 0))
        .map((each) => ({
          key: String(each.startMs),
          cells: [nameOf(each.startMs), ...keys.map((key) => each[key].toLocaleString())],
        }))}
      none={TEXTS.none}
      testId={testId}
    />
  );
}

function bucketNames(range: Range): (startMs: number) => string {
  const time = unitOf(range) === 'hour' ? ({ timeStyle: 'short' } as const) : {};
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', ...time, timeZone: range.zone });
  return (startMs) => format.format(startMs);
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const hourName = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

function BusiestHours({ hours, zone }: { hours: readonly RestGuildHour[]; zone: string }) {
  const sums = useMemo(() => messagesByHourOfDay(hours, zone), [hours, zone]);
  const chart = useMemo(
    () => ({ x: HOURS, series: [{ label: TEXTS.counts.messages, values: sums }] }),
    [sums],
  );
  const busiest = HOURS.filter((hour) => sums[hour]! > 0).sort((a, b) => sums[b]! - sums[a]!);
  return (
    <Figure
      title={TEXTS.busiest}
      chart={chart}
      columns={[TEXTS.hourOfDay, TEXTS.counts.messages]}
      rows={busiest.map((hour) => ({
        key: String(hour),
        cells: [hourName(hour), sums[hour]!.toLocaleString()],
      }))}
      none={TEXTS.none}
      testId="figure-busiest"
    />
  );
}
