import { useMemo } from 'react';
import type { RestChannelStatistics, RestGuildStatistics, Snowflake } from '@discord-relay/contracts';
import { useRest } from '../../relay/use-rest.js';
import { PlaceLink } from '../../routes/place-link.js';
import { STATISTICS_TEXTS as TEXTS } from '../../texts/statistics-texts.js';
import { Name } from '../../ui/name.js';
import { ViewFrame } from '../view-frame.js';
import { channelName, type ViewProps } from '../view-props.js';
import { Activity } from './activity.js';
import { CountsTable } from './counts-table.js';
import { GapsTable } from './gaps-table.js';
import { QueueFigures, useQueueStatistics } from './queue-figures.js';
import { RangePicker } from './range-picker.js';
import { type Range, spanOf } from './series.js';
import { useRange } from './use-range.js';

export type Subject = { guildId: Snowflake } | { channelId: Snowflake } | { queueOf: Snowflake };

/** Counts of a guild, a channel or a support queue over a time, never by person. */
export default function StatisticsView({ subject, ...view }: ViewProps & { subject: Subject }) {
  const [range, setRange] = useRange();
  const span = useMemo(() => {
    const { fromMs, toMs } = spanOf(range);
    return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  }, [range]);
  const given = { ...view, range, span };
  return (
    <div className="view-stack">
      <RangePicker range={range} onChange={setRange} />
      {'guildId' in subject && <OfGuild {...given} guildId={subject.guildId} />}
      {'channelId' in subject && <OfChannel {...given} channelId={subject.channelId} />}
      {'queueOf' in subject && <OfQueue {...given} guildId={subject.queueOf} />}
    </div>
  );
}

interface OfProps extends ViewProps {
  range: Range;
  span: { from: string; to: string };
}

function OfGuild({ client, directory, guildId, range, span }: OfProps & { guildId: Snowflake }) {
  const [state, again] = useRest<RestGuildStatistics>(client, `/api/v1/guilds/${guildId}/statistics`, span);
  return (
    <ViewFrame testId="statistics-view" phase={state.phase} error={errorOf(state)} again={again}>
      <h2>{TEXTS.title}</h2>
      <p className="view-links">
        <PlaceLink place={{ view: 'queue-statistics', guildId }}>{TEXTS.ofQueue}</PlaceLink>
      </p>
      {state.phase === 'ready' && (
        <>
          <Activity hours={state.data.hours} range={range} />
          <h3>{TEXTS.channels}</h3>
          <CountsTable
            first={TEXTS.channel}
            rows={state.data.channels.map(({ channelId, name, ...counts }) => ({
              key: channelId,
              name: (
                <PlaceLink place={{ view: 'channel-statistics', channelId }}>
                  <Name of={name ?? channelName(directory, channelId)} />
                </PlaceLink>
              ),
              counts,
            }))}
          />
          <GapsTable client={client} guildId={guildId} span={span} zone={range.zone} />
        </>
      )}
    </ViewFrame>
  );
}

function OfChannel({ client, directory, channelId, range, span }: OfProps & { channelId: Snowflake }) {
  const path = `/api/v1/channels/${channelId}/statistics`;
  const [state, again] = useRest<RestChannelStatistics>(client, path, span);
  const guildId = directory.channels.find(({ id }) => id === channelId)?.serverId;
  return (
    <ViewFrame testId="statistics-view" phase={state.phase} error={errorOf(state)} again={again}>
      <h2>
        {TEXTS.title}: <Name of={channelName(directory, channelId)} />
      </h2>
      {state.phase === 'ready' && <Activity hours={state.data.hours} range={range} />}
      {guildId !== undefined && <QueuePart {...{ client, guildId, channelId, range, span }} />}
    </ViewFrame>
  );
}

type QueuePartProps = Omit<OfProps, 'directory'> & { guildId: Snowflake; channelId: Snowflake };

/** The conversations of a channel, if it belongs to the queue. */
function QueuePart({ client, guildId, channelId, range, span }: QueuePartProps) {
  const query = { ...span, zone: range.zone };
  const [state] = useQueueStatistics(client, guildId, { query, channel: channelId });
  if (state.phase !== 'ready' || state.data.total.opened === 0) return null;
  return (
    <>
      <h3>{TEXTS.queue.here}</h3>
      <QueueFigures statistics={state.data} range={range} />
    </>
  );
}

function OfQueue({ client, guildId, range, span }: OfProps & { guildId: Snowflake }) {
  const [state, again] = useQueueStatistics(client, guildId, { query: { ...span, zone: range.zone } });
  return (
    <ViewFrame testId="statistics-view" phase={state.phase} error={errorOf(state)} again={again}>
      <h2>{TEXTS.queue.title}</h2>
      <p className="view-links">
        <PlaceLink place={{ view: 'queue', guildId }}>{TEXTS.queue.toQueue}</PlaceLink>
      </p>
      {state.phase === 'ready' && !state.data.configured && <p className="muted">{TEXTS.queue.notSetUp}</p>}
      {state.phase === 'ready' && state.data.configured && (
        <QueueFigures statistics={state.data} range={range} />
      )}
    </ViewFrame>
  );
}

const errorOf = (state: ReturnType<typeof useRest>[0]) => (state.phase === 'failed' ? state.error : null);
