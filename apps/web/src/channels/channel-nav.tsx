import type { Role } from '@discord-relay/contracts';
import { PlaceLink } from '../routes/place-link.js';
import { channelOf, type Place } from '../routes/place.js';
import { FRAME_TEXTS } from '../texts/frame-texts.js';
import { initialOf } from '../ui/initial-of.js';
import { Name } from '../ui/name.js';
import { asSentence } from '../ui/as-sentence.js';
import { ServerTools } from './server-tools.js';
import { ChannelLink } from './channel-link.js';
import { type ChannelGroup, type ServerSection, serverSections } from './directory.js';
import type { DirectoryState } from './use-directory.js';

const { channelList: TEXTS } = FRAME_TEXTS;

interface ChannelNavProps {
  state: DirectoryState;
  place: Place;
  role: Role | undefined;
  onOpen: () => void;
}

/** Servers and their channels. */
export function ChannelNav({ state, place, role, onOpen }: ChannelNavProps) {
  if (state.phase === 'loading') return <p className="nav-note muted">{TEXTS.loading}</p>;
  if (state.phase === 'failed') {
    return (
      <p className="nav-note" role="alert">
        {TEXTS.failed(asSentence(state.reason))}
      </p>
    );
  }
  const sections = serverSections(state.directory);
  if (sections.length === 0) {
    return <p className="nav-note muted">{TEXTS.noServers}</p>;
  }
  return (
    <nav className="nav" aria-label={FRAME_TEXTS.channels}>
      {sections.map((section) => (
        <Server key={section.id} section={section} place={place} onOpen={onOpen} />
      ))}
      {role === 'admin' && (
        <PlaceLink className="nav-admin" place={{ view: 'admin' }} onGo={onOpen} data-testid="admin">
          {FRAME_TEXTS.admin}
        </PlaceLink>
      )}
    </nav>
  );
}

type OpenProps = Pick<ChannelNavProps, 'place' | 'onOpen'>;

function Server({ section: { id, name, groups }, ...open }: OpenProps & { section: ServerSection }) {
  return (
    <details className="server" open>
      <summary className="server-name">
        <span className="server-badge" aria-hidden="true">
          {initialOf(name)}
        </span>
        <h2 className="server-label">
          <Name of={name} />
        </h2>
      </summary>
      <ServerTools guildId={id} name={name} {...open} />
      {groups.length === 0 && <p className="nav-note muted">{TEXTS.noChannels}</p>}
      {groups.map((group) => (
        <Group key={group.category?.id ?? 'top'} group={group} {...open} />
      ))}
    </details>
  );
}

function Group({ group: { category, channels }, place, onOpen }: OpenProps & { group: ChannelGroup }) {
  return (
    <>
      {category && (
        <h3 className="category" data-testid={`channel-${category.id}`}>
          <Name of={category.name} />
        </h3>
      )}
      <ul className="channels">
        {channels.map((channel) => (
          <li key={channel.id}>
            <ChannelLink channel={channel} isOpen={channel.id === channelOf(place)} onOpen={onOpen} />
          </li>
        ))}
      </ul>
    </>
  );
}
