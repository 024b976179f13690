import { lazy, Suspense, useMemo, useState } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type { RestChannelStatistics, RestGuildStatistics, Snowflake } from '@discord-relay/contracts';
import type { Directory } from '../../channels/directory.js';
import { fullTime } from '../../ui/times.js';
import { dayAt, dayStartMs } from '../../messages/model/days.js';
import { useRest } from '../../relay/use-rest.js';
import { PlaceLink } from '../../routes/place-link.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { Name } from '../../ui/name.js';
import { ViewFrame } from '../view-frame.js';
import { channelName } from '../view-props.js';
import { CountsTable } from './counts-table.js';
import { hourSeries } from './hour-series.js';
import { wallClockMs } from '../../ui/wall-clock.js';

const Chart = lazy(() => import('./chart.js'));
const { statistics: TEXTS } = VIEW_TEXTS;
const WEEK_DAYS = 7;

type Of = { guildId: Snowflake } | { channelId: Snowflake };

/** Counts of a guild or a channel over a time, never by person. */
export default function StatisticsView(props: { client: RelayClient; directory: Directory } & Of) {
  const [days, setDays] = useState(() => {
    const today = dayAt(wallClockMs());
    return { from: dayAt(dayStartMs(today, 1 - WEEK_DAYS)), to: today };
  });
  const span = useMemo(
    () => ({
      from: new Date(dayStartMs(days.from)).toISOString(),
      to: new Date(dayStartMs(days.to, 1)).toISOString(),
    }),
    [days],
  );
  const { client, directory } = props;
  return (
    <div className="view-stack">
      <form className="range" aria-label={TEXTS.range}>
        {(['from', 'to'] as const).map((end) => (
          <label key={end}>
            {TEXTS[end]}
            <input
              className="field"
              type="date"
              required
              value={days[end]}
              onChange={({ target }) => target.value && setDays({ ...days, [end]: target.value })}
            />
          </label>
        ))}
        <span className="muted">{TEXTS.zone(Intl.DateTimeFormat().resolvedOptions().timeZone)}</span>
      </form>
      {'guildId' in props ? (
        <OfGuild client={client} directory={directory} guildId={props.guildId} span={span} />
      ) : (
        <OfChannel client={client} directory={directory} channelId={props.channelId} span={span} />
      )}
    </div>
  );
}

interface OfProps {
  client: RelayClient;
  directory: Directory;
  span: { from: string; to: string };
}

function OfGuild({ client, directory, guildId, span }: OfProps & { guildId: Snowflake }) {
  const [state, again] = useRest<RestGuildStatistics>(client, `/api/v1/guilds/${guildId}/statistics`, span);
  const rows = state.phase === 'ready' ? state.data.channels : [];
  return (
    <ViewFrame testId="statistics-view" phase={state.phase} error={errorOf(state)} again={again}>
      <h2>{TEXTS.title}</h2>
      {state.phase === 'ready' && (
        <CountsTable
          first={TEXTS.channel}
          rows={rows.map((counts) => ({
            key: counts.channelId,
            name: (
              <PlaceLink place={{ view: 'channel-statistics', channelId: counts.channelId }}>
                <Name of={channelName(directory, counts.channelId)} />
              </PlaceLink>
            ),
            counts,
          }))}
        />
      )}
    </ViewFrame>
  );
}

function OfChannel({ client, directory, channelId, span }: OfProps & { channelId: Snowflake }) {
  const path = `/api/v1/channels/${channelId}/statistics`;
  const [state, again] = useRest<RestChannelStatistics>(client, path, span);
  const hours = state.phase === 'ready' ? state.data.hours : undefined;
  const data = useMemo(
    () => hours && hourSeries(hours, Date.parse(span.from), Math.min(Date.parse(span.to), wallClockMs())),
    [hours, span],
  );
  return (
    <ViewFrame testId="statistics-view" phase={state.phase} error={errorOf(state)} again={again}>
      <h2>
        {TEXTS.title}: <Name of={channelName(directory, channelId)} />
      </h2>
      {data && hours && (
        <>
          <Suspense fallback={<div className="chart" />}>
            <Chart data={data} label={TEXTS.messages} />
          </Suspense>
          <CountsTable
            first={TEXTS.hour}
            rows={hours.map((counts) => ({ key: counts.hour, name: fullTime(counts.hour), counts }))}
          />
        </>
      )}
    </ViewFrame>
  );
}

const errorOf = (state: ReturnType<typeof useRest>[0]) => (state.phase === 'failed' ? state.error : null);
