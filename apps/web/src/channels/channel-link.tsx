import type { WireChannel } from '@discord-relay/contracts';
import { PlaceLink } from '../routes/place-link.js';
import type { Place } from '../routes/place.js';
import { FRAME_TEXTS } from '../texts/frame-texts.js';
import { withoutBidiControls } from '../ui/bidi.js';
import { Name } from '../ui/name.js';
import { ChannelIcon } from './channel-icon.js';
import { channelKind, isJoinable } from './channel-kind.js';

interface ChannelLinkProps {
  channel: WireChannel;
  isOpen: boolean;
  /** Called when the reader opens it in this tab. */
  onOpen: () => void;
}

/** A channel in the side bar: a link with its own address, or a greyed-out line if it cannot be opened. */
export function ChannelLink({ channel, isOpen, onOpen }: ChannelLinkProps) {
  const { id, name, type } = channel;
  const testId = `channel-${id}`;
  const label = FRAME_TEXTS.kinds[channelKind(type)];
  const place = placeOfChannel(channel);
  if (!place) {
    return (
      <span className="channel channel-closed" title={label} data-testid={testId} aria-disabled="true">
        <ChannelIcon type={type} />
        <span className="channel-name">
          <Name of={name} />
        </span>
        <span className="visually-hidden">({label})</span>
      </span>
    );
  }
  return (
    <PlaceLink
      className="channel"
      place={place}
      aria-current={isOpen ? 'page' : undefined}
      data-testid={testId}
      title={withoutBidiControls(name)}
      onGo={onOpen}
    >
      <ChannelIcon type={type} />
      <span className="channel-name">
        <Name of={name} />
      </span>
    </PlaceLink>
  );
}

/** Where a channel is shown: its messages, the posts of a forum, or the rooms of its guild; null: nowhere. */
function placeOfChannel({ id, type, serverId }: WireChannel): Place | null {
  if (isJoinable(type)) return { view: 'channel', channelId: id };
  const kind = channelKind(type);
  if (kind === 'forum') return { view: 'threads', channelId: id };
  return kind === 'voice' || kind === 'stage' ? { view: 'rooms', guildId: serverId } : null;
}
