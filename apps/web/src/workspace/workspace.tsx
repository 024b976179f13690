import { useCallback, useEffect } from 'react';
import type { RelayError } from '@discord-relay/client';
import type { Snowflake } from '@discord-relay/contracts';
import { ChannelNav } from '../channels/channel-nav.js';
import { type DirectoryState, useDirectory } from '../channels/use-directory.js';
import { MessagePane } from '../messages/message-pane.js';
import { MessageSkeleton } from '../messages/message-skeleton.js';
import { type OpenChannel, useChannel } from '../messages/use-channel.js';
import { connectionStatus } from '../relay/connection-status.js';
import { isAuthFailure, useConnection } from '../relay/use-connection.js';
import { Header } from './header.js';
import { PaneState } from './pane-state.js';
import { Sidebar } from './sidebar.js';
import { useDrawer } from './use-drawer.js';
import { useOpenChannelId } from './use-open-channel-id.js';

interface WorkspaceProps {
  token: string;
  onSignOut: (reason?: string) => void;
}

/** Everything a signed-in reader sees. */
export function Workspace({ token, onSignOut }: WorkspaceProps) {
  const { client, link, user, reconnect } = useConnection(token, onSignOut);
  const onFailure = useCallback(
    (error: RelayError) => {
      if (isAuthFailure(error)) onSignOut(error.message);
    },
    [onSignOut],
  );
  const directory = useDirectory(client, link.state === 'connected', onFailure);
  const [channelId, openChannel] = useOpenChannelId(directory);
  const open = useChannel(client, channelId, onFailure);
  const drawer = useDrawer();
  const { channel, serverName } = describe(directory, channelId);
  useTitle(channel?.name);

  const openFromNav = (id: Snowflake) => {
    openChannel(id);
    drawer.close();
  };
  const status = connectionStatus(
    link,
    open ? { live: open.view.live, refusal: open.view.refusal?.message ?? null } : undefined,
  );
  return (
    <div className="workspace">
      <Sidebar
        user={user}
        isOpen={drawer.isOpen}
        isOutOfReach={drawer.isNarrow && !drawer.isOpen}
        onSignOut={() => onSignOut()}
      >
        <ChannelNav state={directory} openId={channelId} onOpen={openFromNav} />
      </Sidebar>
      {drawer.isOpen && <div className="scrim" onClick={drawer.close} />}
      <main className="main" inert={drawer.isOpen}>
        <Header
          channel={channel}
          serverName={serverName}
          status={status}
          isDrawerOpen={drawer.isOpen}
          onMenu={drawer.toggle}
          onReconnect={link.state === 'refused' ? reconnect : () => open?.store.retry()}
        />
        <Middle directory={directory} open={open} channelId={channelId} channelName={channel?.name} />
      </main>
    </div>
  );
}

interface MiddleProps {
  directory: DirectoryState;
  open: OpenChannel | null;
  channelId: Snowflake | null;
  channelName: string | undefined;
}

function Middle({ directory, open, channelId, channelName }: MiddleProps) {
  if (open) return <MessagePane key={channelId} open={open} channelName={channelName ?? 'this channel'} />;
  if (directory.phase !== 'ready') return <MessageSkeleton />;
  return (
    <PaneState
      title="No channel to show"
      detail="As soon as there is a channel you may read, it opens here."
    />
  );
}

function describe(state: DirectoryState, channelId: Snowflake | null) {
  if (state.phase !== 'ready') return {};
  const { guilds, channels } = state.directory;
  const channel = channels.find(({ id }) => id === channelId);
  return { channel, serverName: guilds.find(({ id }) => id === channel?.serverId)?.name };
}

function useTitle(channelName: string | undefined): void {
  useEffect(() => {
    document.title = channelName === undefined ? 'Relay' : `${channelName} · Relay`;
  }, [channelName]);
}
