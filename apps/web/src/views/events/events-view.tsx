import type { RestScheduledEvent } from '@discord-relay/contracts';
import type { ReactNode } from 'react';
import { RelativeTime } from '../../content/markdown-view/timestamp.js';
import { usePolled } from '../../relay/use-polled.js';
import { PlaceLink } from '../../routes/place-link.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { directionOf } from '../../ui/bidi.js';
import { Name } from '../../ui/name.js';
import { fullTime } from '../../ui/times.js';
import { ViewFrame } from '../view-frame.js';
import { channelName, type GuildViewProps, type ViewProps } from '../view-props.js';

const { events: TEXTS } = VIEW_TEXTS;

/** The live protocol has no events for these: they change rarely, so they are requested again every few seconds. */
const EVERY_MS = 5_000;

/** Events that the server has announced and that are not over. */
export default function EventsView({ client, directory, guildId }: GuildViewProps) {
  const path = `/api/v1/guilds/${guildId}/scheduled-events`;
  const { data: events, error, again } = usePolled<RestScheduledEvent[]>(client, path, EVERY_MS);
  const phase = events ? 'ready' : error ? 'failed' : 'loading';
  return (
    <ViewFrame testId="events-view" phase={phase} error={error} again={again}>
      <h2>{TEXTS.title}</h2>
      {events?.length === 0 && <p className="muted">{TEXTS.none}</p>}
      {events && events.length > 0 && (
        <ol className="cards" aria-label={TEXTS.title}>
          {events.map((event) => (
            <EventCard key={event.id} event={event} directory={directory} />
          ))}
        </ol>
      )}
    </ViewFrame>
  );
}

function EventCard({ event, directory }: { event: RestScheduledEvent } & Pick<ViewProps, 'directory'>) {
  const { id, name, description, status, startsAt, endsAt } = event;
  return (
    <li className="card" data-testid={`event-${id}`} data-state={status}>
      <h3>
        <Name of={name} />
        {status === 'active' && <span className="badge">{TEXTS.active}</span>}
      </h3>
      {description !== null && (
        <p className="hit-text" dir={directionOf(description)}>
          <Name of={description} />
        </p>
      )}
      <dl className="queue-facts">
        <Fact name={TEXTS.starts}>{startsAt === null ? TEXTS.unknown : <When time={startsAt} />}</Fact>
        {endsAt !== null && (
          <Fact name={TEXTS.ends}>
            <When time={endsAt} />
          </Fact>
        )}
        <Fact name={TEXTS.where}>
          <Where event={event} directory={directory} />
        </Fact>
      </dl>
    </li>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A time in the reader's time zone, and its distance from now. */
const When = ({ time }: { time: string }) => (
  <time dateTime={time}>
    {fullTime(time)} (<RelativeTime date={new Date(time)} />)
  </time>
);

function Where({
  event: { channelId, location },
  directory,
}: { event: RestScheduledEvent } & Pick<ViewProps, 'directory'>) {
  if (channelId === null) return <Name of={location ?? TEXTS.unknown} />;
  return (
    <PlaceLink place={{ view: 'channel', channelId }}>
      <Name of={channelName(directory, channelId)} />
    </PlaceLink>
  );
}
