import { useMemo } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type { QueueCounts, RestQueueStatistics, Snowflake } from '@discord-relay/contracts';
import { type RestState, useRest } from '../../relay/use-rest.js';
import { QUEUE_LIMIT_TEXTS } from '../../texts/queue-limit-texts.js';
import { STATISTICS_TEXTS } from '../../texts/statistics-texts.js';
import { spanText } from '../../ui/span-text.js';
import { Figure } from './figure.js';
import type { Range } from './series.js';
import { dayStartInZone } from '../../ui/zoned-days.js';

const { queue: TEXTS } = STATISTICS_TEXTS;

/** The statistics of the queue of a guild, or of its part in a channel. */
export function useQueueStatistics(
  client: RelayClient,
  guildId: Snowflake,
  { query, channel }: { query: { from: string; to: string; zone: string }; channel?: Snowflake },
): [state: RestState<RestQueueStatistics>, again: () => void] {
  return useRest<RestQueueStatistics>(client, `/api/v1/guilds/${guildId}/queue/statistics`, {
    ...query,
    ...(channel !== undefined && { channel }),
  });
}

type Day = RestQueueStatistics['days'][number];

/** Conversations by the day on which they were opened, and how long their first responses took. */
export function QueueFigures({ statistics, range }: { statistics: RestQueueStatistics; range: Range }) {
  const { days, total, beyondLimit } = statistics;
  const times = useMemo(() => days.map(({ day }) => dayStartInZone(day, range.zone) / 1_000), [days, range]);
  const given = { days, times, zone: range.zone };
  return (
    <>
      {beyondLimit.map((limit) => (
        <p key={limit} className="notice notice-warn">
          {QUEUE_LIMIT_TEXTS[limit]}
        </p>
      ))}
      <Totals total={total} />
      <Conversations {...given} />
      <Responses {...given} />
    </>
  );
}

function Totals({ total }: { total: QueueCounts }) {
  const { opened, waiting, answered, solved, firstResponseMedianS, firstResponseP90S } = total;
  const facts: [string, string][] = [
    [TEXTS.opened, opened.toLocaleString()],
    [TEXTS.waiting, waiting.toLocaleString()],
    [TEXTS.answered, answered.toLocaleString()],
    [TEXTS.solved, solved.toLocaleString()],
    [TEXTS.median, duration(firstResponseMedianS)],
    [TEXTS.p90, duration(firstResponseP90S)],
  ];
  return (
    <dl className="totals" data-testid="queue-totals">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const duration = (seconds: number | null): string =>
  seconds === null ? TEXTS.noResponse : spanText(seconds);

interface FigureProps {
  days: readonly Day[];
  times: readonly number[];
  zone: string;
}

function Conversations({ days, times, zone }: FigureProps) {
  const chart = useMemo(
    () => ({ x: times, zone, series: [{ label: TEXTS.opened, values: days.map(({ opened }) => opened) }] }),
    [days, times, zone],
  );
  return (
    <Figure
      title={TEXTS.byDay}
      chart={chart}
      columns={[STATISTICS_TEXTS.units.day, TEXTS.opened, TEXTS.waiting, TEXTS.answered, TEXTS.solved]}
      rows={days.map(({ day, opened, waiting, answered, solved }) => ({
        key: day,
        cells: [dayName(day), ...[opened, waiting, answered, solved].map((count) => count.toLocaleString())],
      }))}
      none={TEXTS.none}
      testId="figure-conversations"
    />
  );
}

const MINUTE_S = 60;
const minutes = (seconds: number | null): number | null => (seconds === null ? null : seconds / MINUTE_S);

function Responses({ days, times, zone }: FigureProps) {
  const chart = useMemo(
    () => ({
      x: times,
      zone,
      lines: true,
      series: [
        { label: TEXTS.median, values: days.map((day) => minutes(day.firstResponseMedianS)) },
        { label: TEXTS.p90, values: days.map((day) => minutes(day.firstResponseP90S)) },
      ],
    }),
    [days, times, zone],
  );
  const answered = days.filter(({ responded }) => responded > 0);
  return (
    <Figure
      title={TEXTS.responses}
      chart={chart}
      columns={[STATISTICS_TEXTS.units.day, TEXTS.responded, TEXTS.median, TEXTS.p90]}
      rows={answered.map(({ day, responded, firstResponseMedianS, firstResponseP90S }) => ({
        key: day,
        cells: [
          dayName(day),
          responded.toLocaleString(),
          duration(firstResponseMedianS),
          duration(firstResponseP90S),
        ],
      }))}
      none={TEXTS.noResponses}
      testId="figure-responses"
    />
  );
}

const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const dayName = (day: string): string => dayFormat.format(Date.parse(`${day}T00:00:00Z`));
