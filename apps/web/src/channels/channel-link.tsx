import type { MouseEvent } from 'react';
import type { Snowflake, WireChannel } from '@discord-relay/contracts';
import { withoutBidiControls } from '../ui/bidi.js';
import { Name } from '../ui/name.js';
import { pathOfChannel } from './channel-address.js';
import { ChannelIcon } from './channel-icon.js';
import { channelKind, isJoinable, KIND_LABELS } from './channel-kind.js';

interface ChannelLinkProps {
  channel: WireChannel;
  isOpen: boolean;
  onOpen: (id: Snowflake) => void;
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
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onOpen(id);
  };
  return (
    <a
      className="channel"
      href={pathOfChannel(id)}
      aria-current={isOpen ? 'page' : undefined}
      data-testid={testId}
      title={withoutBidiControls(name)}
      onClick={open}
    >
      <ChannelIcon type={type} />
      <span className="channel-name">
        <Name of={name} />
      </span>
    </a>
  );
}
