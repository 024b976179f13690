import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RelayError } from '@discord-relay/client';
import type { WireChannel } from '@discord-relay/contracts';
import { ChannelNav } from '../channels/channel-nav.js';
import { useDirectory } from '../channels/use-directory.js';
import { WorkspaceContent } from '../content/provide/workspace-content.js';
import { ReadMarks } from '../messages/model/read-marks.js';
import { useChannel, useChannelStatus } from '../messages/model/use-channel.js';
import { useJumps } from '../messages/use-jumps.js';
import { connectionStatus } from '../relay/connection-status.js';
import { endsSession, useConnection } from '../relay/use-connection.js';
import type { TokenSource } from '../relay/token-source.js';
import type { Place } from '../routes/place.js';
import { FRAME_TEXTS } from '../texts/frame-texts.js';
import { withoutBidiControls } from '../ui/bidi.js';
import { Header } from './header.js';
import { landingIn, useKeptFocus } from './keep-focus.js';
import { Middle } from './middle.js';
import { OfflineNotice } from './offline-notice.js';
import { type OpenDialog, Overlays } from './overlays.js';
import { Sidebar } from './sidebar.js';
import { useDrawer } from './use-drawer.js';
import { useOpenChannel } from './use-open-channel.js';

interface WorkspaceProps {
  source: TokenSource;
  /** Whether the focus moves to the messages when they are shown: the reader has just signed in here. */
  takesFocus: boolean;
  onSignOut: (reason?: string) => void;
}

/** Everything a signed-in reader sees. */
export function Workspace({ source, takesFocus, onSignOut }: WorkspaceProps) {
  const { client, link, user, reconnect } = useConnection(source, onSignOut);
  const onFailure = useFailures(source, onSignOut);
  const state = useDirectory(client, link.state === 'connected', onFailure);
  const { place, channel, isGone } = useOpenChannel(client, state);
  const store = useChannel(client, liveChannelOf(place), onFailure);
  const channelStatus = useChannelStatus(store);
  useJumps(store, place);
  const marks = useMemo(() => (user ? new ReadMarks(user.id, window.localStorage) : null), [user]);
  const drawer = useDrawer();
  const [dialog, setDialog] = useState<OpenDialog>(null);
  const root = useRef<HTMLDivElement>(null);
  const follow = useKeptFocus(root, takesFocus);
  useTitle(channel?.name);
  const directory = state.phase === 'ready' ? state.directory : null;
  const serverName = directory?.guilds.find(({ id }) => id === serverOf(place, channel))?.name;
  return (
    <div className="workspace" ref={root}>
      <SkipButton />
      <Sidebar user={user} drawer={drawer} onHelp={() => setDialog('help')} onSignOut={() => onSignOut()}>
        <ChannelNav state={state} place={place} role={user?.role} onOpen={drawer.close} />
      </Sidebar>
      <main className="main" inert={drawer.isOpen}>
        <Header
          {...{ place, channel, serverName }}
          status={connectionStatus(link, channelStatus, isPast(place))}
          drawer={drawer}
          onGo={drawer.close}
        />
        <OfflineNotice />
        <WorkspaceContent client={client} role={user?.role} channels={directory?.channels ?? NO_CHANNELS}>
          <Middle
            link={link}
            directory={directory}
            place={place}
            channel={channel}
            isGone={isGone && !channelStatus?.refusal}
            store={store}
            client={client}
            marks={marks}
            onFailure={onFailure}
            onReconnect={reconnect}
          />
        </WorkspaceContent>
      </main>
      {directory && client && (
        <Overlays
          dialog={dialog}
          onDialog={setDialog}
          client={client}
          directory={directory}
          place={place}
          marks={marks}
          store={store}
          onFollow={follow}
        />
      )}
    </div>
  );
}

function SkipButton() {
  return (
    <button type="button" className="button skip" onClick={() => landingIn(document)?.focus()}>
      {FRAME_TEXTS.skip}
    </button>
  );
}

const isPast = (place: Place): boolean => place.view === 'channel' && place.at !== undefined;

/** The channel whose messages are shown as they are now; null: none. */
const liveChannelOf = (place: Place) => (place.view === 'channel' && !isPast(place) ? place.channelId : null);

const serverOf = (place: Place, channel: WireChannel | undefined) =>
  'guildId' in place ? place.guildId : channel?.serverId;

const NO_CHANNELS: readonly WireChannel[] = [];

/** Signs out on an error that ends the session. */
function useFailures(source: TokenSource, onSignOut: (reason?: string) => void) {
  return useCallback(
    (error: RelayError) => {
      if (endsSession(source, error)) onSignOut(error.message);
    },
    [source, onSignOut],
  );
}

function useTitle(channelName: string | undefined): void {
  useEffect(() => {
    document.title = channelName === undefined ? 'Relay' : `${withoutBidiControls(channelName)} · Relay`;
  }, [channelName]);
}
