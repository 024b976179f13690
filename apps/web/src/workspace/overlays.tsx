import { lazy, Suspense } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type { Snowflake } from '@discord-relay/contracts';
import { type Directory, joinableChannels } from '../channels/directory.js';
import type { ChannelStore } from '../messages/model/channel-store.js';
import type { ReadMarks } from '../messages/model/read-marks.js';
import { channelOf, otherTimeOf, type Place } from '../routes/place.js';
import { usePlace } from '../routes/use-place.js';
import { nextUnread } from './next-unread.js';
import { useShortcuts } from './use-shortcuts.js';

const HelpSheet = lazy(() => import('./help-sheet.js'));
const QuickSwitcher = lazy(() => import('./quick-switcher.js'));

/** null: none. */
export type OpenDialog = 'help' | 'switcher' | null;

interface OverlaysProps {
  dialog: OpenDialog;
  onDialog: (dialog: OpenDialog) => void;
  client: RelayClient;
  directory: Directory;
  place: Place;
  marks: ReadMarks | null;
  store: ChannelStore | null;
  /** Calls a function that leads to another place, and moves the focus there. */
  onFollow: (go: () => void) => void;
}

/** Global keys, and the dialogs that they open. */
export function Overlays(props: OverlaysProps) {
  const { dialog, onDialog, client, directory, place, marks, store, onFollow } = props;
  const [, navigate] = usePlace();
  const goTo = (next: Place) => onFollow(() => navigate(next));
  const goToChannel = (channelId: Snowflake) => goTo({ view: 'channel', channelId });
  const current = channelOf(place);
  const close = () => onDialog(null);
  const goToServer = (view: 'search' | 'queue') => {
    const guildId = 'guildId' in place ? place.guildId : serverOf(directory, current);
    if (guildId) goTo({ view, guildId });
  };
  useShortcuts({
    help: () => onDialog('help'),
    switcher: () => onDialog('switcher'),
    search: () => goToServer('search'),
    queue: () => goToServer('queue'),
    timeMachine: () => {
      if (place.view === 'channel') goTo(otherTimeOf(place));
    },
    step: (direction) => {
      const channels = joinableChannels(directory);
      const index = channels.findIndex(({ id }) => id === current);
      const next = channels[(index + direction + channels.length) % channels.length];
      if (next) goToChannel(next.id);
    },
    nextUnread: () => {
      if (!marks) return;
      void nextUnread(client, directory, marks, current).then(
        (channelId) => channelId && goToChannel(channelId),
      );
    },
    newest: () => store?.jumpToNewest(),
  });
  return (
    <Suspense fallback={null}>
      {dialog === 'help' && <HelpSheet onClose={close} />}
      {dialog === 'switcher' && (
        <QuickSwitcher directory={directory} onClose={close} onChoose={goToChannel} />
      )}
    </Suspense>
  );
}

const serverOf = ({ channels, guilds }: Directory, channelId: string | null) =>
  channels.find(({ id }) => id === channelId)?.serverId ?? guilds[0]?.id;
