import type { WireChannel } from '@discord-relay/contracts';
import { Link } from 'wouter';
import { pathOf } from '../routes/place.js';
import { withoutBidiControls } from '../ui/bidi.js';
import { Name } from '../ui/name.js';
import { ChannelIcon } from './channel-icon.js';
import { channelKind, isJoinable, KIND_LABELS } from './channel-kind.js';

interface ChannelLinkProps {
  channel: WireChannel;
  isOpen: boolean;
  /** Called when the reader opens it here; a new tab opens by itself. */
  onOpen: () => void;
}

/** A channel in the side bar: a link with an address of its own, or a greyed line where there is nothing to open. */
export function ChannelLink({ channel: { id, name, type }, isOpen, onOpen }: ChannelLinkProps) {
  const testId = `channel-${id}`;
  const label = KIND_LABELS[channelKind(type)];
  if (!isJoinable(type)) {
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
    <Link
      className="channel"
      href={pathOf({ view: 'channel', channelId: id })}
      aria-current={isOpen ? 'page' : undefined}
      data-testid={testId}
      title={withoutBidiControls(name)}
      onClick={onOpen}
    >
      <ChannelIcon type={type} />
      <span className="channel-name">
        <Name of={name} />
      </span>
    </Link>
  );
}
