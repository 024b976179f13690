import type { WireChannel } from '@discord-relay/contracts';
import { ChannelIcon } from '../channels/channel-icon.js';
import { ConnectionBadge } from '../relay/connection-badge.js';
import type { ConnectionStatus } from '../relay/connection-status.js';
import { Name } from '../ui/name.js';
import type { Drawer } from './use-drawer.js';

interface HeaderProps {
  channel: WireChannel | undefined;
  serverName: string | undefined;
  status: ConnectionStatus;
  drawer: Drawer;
}

export function Header({ channel, serverName, status, drawer }: HeaderProps) {
  return (
    <header className="header">
      <MenuButton drawer={drawer} />
      <div className="header-title">
        {channel && <ChannelIcon type={channel.type} />}
        <h1 data-testid="channel-title">
          <Name of={channel?.name ?? 'Relay'} />
        </h1>
        {serverName !== undefined && (
          <span className="header-server muted">
            <Name of={serverName} />
          </span>
        )}
      </div>
      <ConnectionBadge status={status} />
    </header>
  );
}

function MenuButton({ drawer }: { drawer: Drawer }) {
  return (
    <button
      type="button"
      className="menu-button"
      aria-label="Channels"
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
