import type { WireChannel } from '@discord-relay/contracts';
import { ChannelIcon } from '../channels/channel-icon.js';
import { ConnectionBadge } from '../relay/connection-badge.js';
import type { ConnectionStatus } from '../relay/connection-status.js';
import { PlaceLink } from '../routes/place-link.js';
import { otherTimeOf, type Place } from '../routes/place.js';
import { FRAME_TEXTS } from '../texts/frame-texts.js';
import { withoutBidiControls } from '../ui/bidi.js';
import { Name } from '../ui/name.js';
import type { DetailedChannel } from './use-open-channel.js';
import type { Drawer } from './use-drawer.js';

interface HeaderProps {
  place: Place;
  channel: DetailedChannel | undefined;
  serverName: string | undefined;
  status: ConnectionStatus;
  drawer: Drawer;
  onGo: () => void;
}

export function Header({ place, channel, serverName, status, drawer, onGo }: HeaderProps) {
  return (
    <header className="header">
      <MenuButton drawer={drawer} />
      <div className="header-title">
        {channel && <ChannelIcon type={channel.type} />}
        <h1 data-testid="channel-title">
          <Name of={channel?.name ?? serverName ?? FRAME_TEXTS.brand} />
        </h1>
        {channel && <ThreadMarks channel={channel} />}
        {channel && serverName !== undefined && (
          <span className="header-server muted">
            <Name of={serverName} />
          </span>
        )}
        {channel?.topic && (
          <span className="header-topic muted" title={withoutBidiControls(channel.topic)} data-testid="topic">
            <Name of={channel.topic} />
          </span>
        )}
      </div>
      {channel && <ChannelTools place={place} channel={channel} onGo={onGo} />}
      <ConnectionBadge status={status} />
    </header>
  );
}

/** Marks a thread or a forum post that is archived or locked. */
function ThreadMarks({ channel: { archived, locked } }: { channel: DetailedChannel }) {
  const { channel: texts } = FRAME_TEXTS;
  return (
    <>
      {archived === true && <span className="author-tag">{texts.archived}</span>}
      {locked === true && <span className="author-tag">{texts.locked}</span>}
    </>
  );
}

const TIME_MACHINE = 'M4 12a8 8 0 1 0 3-6.2M4 4v4h4M12 8v4l3 2';
const TOOLS = {
  threads: 'M5 4v9a4 4 0 0 0 4 4h10M15 13l4 4-4 4M5 8h12',
  media: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h1',
  'channel-statistics': 'M5 20V10M12 20V4M19 20v-7',
} as const;

interface ChannelToolsProps {
  place: Place;
  channel: WireChannel;
  onGo: () => void;
}

function ChannelTools({ place, channel: { id }, onGo }: ChannelToolsProps) {
  const { channel: texts } = FRAME_TEXTS;
  const labels = { threads: texts.threads, media: texts.media, 'channel-statistics': texts.statistics };
  return (
    <nav className="header-tools" aria-label={texts.tools}>
      {place.view === 'channel' && <TimeMachineLink place={place} onGo={onGo} />}
      {(['threads', 'media', 'channel-statistics'] as const).map((view) => (
        <PlaceLink
          key={view}
          className="icon-button"
          place={{ view, channelId: id }}
          aria-label={labels[view]}
          title={labels[view]}
          onGo={onGo}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={TOOLS[view]} />
          </svg>
        </PlaceLink>
      ))}
    </nav>
  );
}

/** Opens the time machine, and leads back from it. */
function TimeMachineLink({ place, onGo }: { place: Extract<Place, { view: 'channel' }>; onGo: () => void }) {
  const { channel: texts } = FRAME_TEXTS;
  const label = place.at === undefined ? texts.timeMachine : texts.live;
  return (
    <PlaceLink
      className={place.at === undefined ? 'icon-button' : 'icon-button icon-button-on'}
      place={otherTimeOf(place)}
      aria-label={label}
      title={label}
      data-testid="time-machine-link"
      onGo={onGo}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={TIME_MACHINE} />
      </svg>
    </PlaceLink>
  );
}

function MenuButton({ drawer }: { drawer: Drawer }) {
  return (
    <button
      type="button"
      className="menu-button"
      aria-label={FRAME_TEXTS.channels}
      aria-expanded={drawer.isOpen}
      aria-controls="sidebar"
      onClick={drawer.open}
      data-testid="menu-button"
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M4 7h16M4 12h16M4 17h10" />
      </svg>
    </button>
  );
}
