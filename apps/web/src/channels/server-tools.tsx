import type { Snowflake } from '@discord-relay/contracts';
import { PlaceLink } from '../routes/place-link.js';
import type { GuildView, Place } from '../routes/place.js';
import { FRAME_TEXTS } from '../texts/frame-texts.js';
import { withoutBidiControls } from '../ui/bidi.js';

const VIEWS = [
  'search',
  'queue',
  'rooms',
  'events',
  'members',
  'statistics',
  'moderation',
] as const satisfies GuildView[];

interface ServerToolsProps {
  guildId: Snowflake;
  name: string;
  place: Place;
  onOpen: () => void;
}

/** Links to the views of a whole guild. */
export function ServerTools({ guildId, name, place, onOpen }: ServerToolsProps) {
  const { server: texts } = FRAME_TEXTS;
  return (
    <ul className="server-tools" aria-label={texts.tools(withoutBidiControls(name))}>
      {VIEWS.map((view) => (
        <li key={view}>
          <PlaceLink
            place={{ view, guildId }}
            onGo={onOpen}
            data-testid={`${view}-${guildId}`}
            aria-current={place.view === view && place.guildId === guildId ? 'page' : undefined}
          >
            {texts[view]}
          </PlaceLink>
        </li>
      ))}
    </ul>
  );
}
