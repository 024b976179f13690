import type { WireRoom } from '@discord-relay/contracts';
import { clockTimeOrDate, fullTime } from '../../ui/times.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { Name } from '../../ui/name.js';
import type { GuildViewProps } from '../view-props.js';
import { ViewFrame } from '../view-frame.js';
import { useRooms } from './use-rooms.js';
import { wallClockMs } from '../../ui/wall-clock.js';

const { rooms: TEXTS } = VIEW_TEXTS;

/** Voice and stage rooms with their users and join times, live. */
export default function RoomsView({ client, guildId }: GuildViewProps) {
  const { rooms, phase, error, again } = useRooms(client, guildId);
  return (
    <ViewFrame testId="rooms-view" phase={phase} error={error} again={again}>
      <h2>{TEXTS.title}</h2>
      {phase === 'ready' && rooms.length === 0 && <p className="muted">{TEXTS.none}</p>}
      <ul className="cards">
        {rooms.map((room) => (
          <RoomCard key={room.channelId} room={room} />
        ))}
      </ul>
    </ViewFrame>
  );
}

function RoomCard({ room: { channelId, name, userLimit, members } }: { room: WireRoom }) {
  return (
    <li className="card" data-testid={`room-${channelId}`}>
      <h3>
        <Name of={name} /> <span className="muted">{TEXTS.capacity(members.length, userLimit)}</span>
      </h3>
      {members.length === 0 && <p className="muted">{TEXTS.empty}</p>}
      <ul>
        {members.map(({ userId, username, since }) => (
          <li key={userId}>
            <Name of={username ?? userId} />
            {since !== null && (
              <time className="muted" dateTime={since} title={fullTime(since)}>
                {' '}
                {TEXTS.since(clockTimeOrDate(since, wallClockMs()))}
              </time>
            )}
          </li>
        ))}
      </ul>
    </li>
  );
}
