import { lazy, Suspense, useState } from 'react';
import type { RelayClient } from '@discord-relay/client';
import { type Directory, joinableChannels } from '../channels/directory.js';
import type { ChannelStore } from '../messages/model/channel-store.js';
import type { ReadMarks } from '../messages/model/read-marks.js';
import { channelOf, type Place } from '../routes/place.js';
import { usePlace } from '../routes/use-place.js';
import { nextUnread } from './next-unread.js';
import { useShortcuts } from './use-shortcuts.js';

const HelpSheet = lazy(() => import('./help-sheet.js'));
const QuickSwitcher = lazy(() => import('./quick-switcher.js'));

interface OverlaysProps {
  client: RelayClient;
  directory: Directory;
  place: Place;
  marks: ReadMarks | null;
  store: ChannelStore | null;
}

/** Global keys, and the dialogs that they open. */
export function Overlays({ client, directory, place, marks, store }: OverlaysProps) {
  const [opened, setOpened] = useState<'help' | 'switcher' | null>(null);
  const [, goTo] = usePlace();
  const current = channelOf(place);
  const close = () => setOpened(null);
  const goToServer = (view: 'search' | 'queue') => {
    const guildId = 'guildId' in place ? place.guildId : serverOf(directory, current);
    if (guildId) goTo({ view, guildId });
  };
  useShortcuts({
    help: () => setOpened('help'),
    switcher: () => setOpened('switcher'),
    search: () => goToServer('search'),
    queue: () => goToServer('queue'),
    step: (direction) => {
      const channels = joinableChannels(directory);
      const index = channels.findIndex(({ id }) => id === current);
      const next = channels[(index + direction + channels.length) % channels.length];
      if (next) goTo({ view: 'channel', channelId: next.id });
    },
    nextUnread: () => {
      if (!marks) return;
      void nextUnread(client, directory, marks, current).then(
        (channelId) => channelId && goTo({ view: 'channel', channelId }),
      );
    },
    newest: () => store?.jumpToNewest(),
  });
  return (
    <Suspense fallback={null}>
      {opened === 'help' && <HelpSheet onClose={close} />}
      {opened === 'switcher' && (
        <QuickSwitcher
          directory={directory}
          onClose={close}
          onChoose={(channelId) => goTo({ view: 'channel', channelId })}
        />
      )}
    </Suspense>
  );
}

const serverOf = ({ channels, guilds }: Directory, channelId: string | null) =>
  channels.find(({ id }) => id === channelId)?.serverId ?? guilds[0]?.id;
