import type { WireChannel } from '@discord-relay/contracts';
import { ChannelIcon } from '../channels/channel-icon.js';
import { ConnectionBadge } from '../relay/connection-badge.js';
import type { ConnectionStatus } from '../relay/connection-status.js';

interface HeaderProps {
  channel: WireChannel | undefined;
  serverName: string | undefined;
  status: ConnectionStatus;
  isDrawerOpen: boolean;
  onMenu: () => void;
  onReconnect: () => void;
}

export function Header({ channel, serverName, status, isDrawerOpen, onMenu, onReconnect }: HeaderProps) {
  return (
    <header className="header">
      <button
        type="button"
        className="menu-button"
        aria-label="Channels"
        aria-expanded={isDrawerOpen}
        aria-controls="sidebar"
        onClick={onMenu}
        data-testid="menu-button"
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 7h16M4 12h16M4 17h10" />
        </svg>
      </button>
      <div className="header-title">
        {channel && <ChannelIcon type={channel.type} />}
        <h1 data-testid="channel-title">{channel?.name ?? 'Relay'}</h1>
        {serverName !== undefined && <span className="header-server muted">{serverName}</span>}
      </div>
      <ConnectionBadge status={status} />
      {status.state === 'refused' && (
        <button type="button" className="button button-quiet" onClick={onReconnect}>
          Try again
        </button>
      )}
    </header>
  );
}
