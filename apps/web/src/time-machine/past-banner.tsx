import type { Snowflake } from '@discord-relay/contracts';
import { PlaceLink } from '../routes/place-link.js';
import { TIME_MACHINE_TEXTS as TEXTS } from '../texts/time-machine-texts.js';
import type { TimeMachine } from './model/time-machine.js';
import { shortTime } from './times.js';
import { usePosition } from './use-time-machine.js';

/** Says that the past is shown, of what time, and leads back. */
export function PastBanner({ machine, channelId }: { machine: TimeMachine; channelId: Snowflake }) {
  const atMs = usePosition(machine);
  return (
    <div className="past-banner" data-testid="past-banner">
      <p>
        <span className="past-label">{TEXTS.past}</span>{' '}
        <time dateTime={new Date(atMs).toISOString()} data-testid="past-time">
          {shortTime(atMs)}
        </time>
      </p>
      <PlaceLink
        className="button button-link past-live"
        place={{ view: 'channel', channelId }}
        data-testid="back-to-live"
      >
        {TEXTS.toLive}
      </PlaceLink>
    </div>
  );
}
