import { useCallback, useEffect } from 'react';
import type { RelayError } from '@discord-relay/client';
import type { Snowflake, WireChannel } from '@discord-relay/contracts';
import { ChannelNav } from '../channels/channel-nav.js';
import { type DirectoryState, useDirectory } from '../channels/use-directory.js';
import { WorkspaceContent } from '../content/context/workspace-content.js';
import { useChannel } from '../messages/use-channel.js';
import { connectionStatus } from '../relay/connection-status.js';
import { endsSession, useConnection } from '../relay/use-connection.js';
import type { TokenSource } from '../session/token-source.js';
import { withoutBidiControls } from '../ui/bidi.js';
import { Header } from './header.js';
import { Middle } from './middle.js';
import { Sidebar } from './sidebar.js';
import { useDrawer } from './use-drawer.js';
import { useOpenChannelId } from './use-open-channel-id.js';

interface WorkspaceProps {
  source: TokenSource;
  onSignOut: (reason?: string) => void;
}

/** Everything a signed-in reader sees. */
export function Workspace({ source, onSignOut }: WorkspaceProps) {
  const { client, link, user, reconnect } = useConnection(source, onSignOut);
  const onFailure = useCallback(
    (error: RelayError) => {
      if (endsSession(source, error)) onSignOut(error.message);
    },
    [source, onSignOut],
  );
  const state = useDirectory(client, link.state === 'connected', onFailure);
  const [, channelId] = useOpenChannelId(state);
  const open = useChannel(client, channelId, onFailure);
  const drawer = useDrawer();
  const { channel, serverName } = lookUp(state, channelId);
  useTitle(channel?.name);
  return (
    <div className="workspace">
      <Sidebar user={user} drawer={drawer} onSignOut={() => onSignOut()}>
        <ChannelNav state={state} openId={channelId} onOpen={drawer.close} />
      </Sidebar>
      <main className="main" inert={drawer.isOpen}>
        <Header
          channel={channel}
          serverName={serverName}
          status={connectionStatus(link, open?.view)}
          drawer={drawer}
        />
        <WorkspaceContent channels={channelsOf(state)}>
          <Middle
            link={link}
            isDirectoryRead={state.phase === 'ready'}
            channel={channel}
            open={open}
            onReconnect={reconnect}
          />
        </WorkspaceContent>
      </main>
    </div>
  );
}

const NO_CHANNELS: readonly WireChannel[] = [];

const channelsOf = (state: DirectoryState): readonly WireChannel[] =>
  state.phase === 'ready' ? state.directory.channels : NO_CHANNELS;

function lookUp(state: DirectoryState, channelId: Snowflake | null) {
  if (state.phase !== 'ready') return {};
  const { guilds, channels } = state.directory;
  const channel = channels.find(({ id }) => id === channelId);
  return { channel, serverName: guilds.find(({ id }) => id === channel?.serverId)?.name };
}

function useTitle(channelName: string | undefined): void {
  useEffect(() => {
    document.title = channelName === undefined ? 'Relay' : `${withoutBidiControls(channelName)} · Relay`;
  }, [channelName]);
}
