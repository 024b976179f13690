import { lazy, Suspense } from 'react';
import type { RelayClient, RelayError } from '@discord-relay/client';
import type { WireChannel } from '@discord-relay/contracts';
import { channelKind } from '../channels/channel-kind.js';
import type { Directory } from '../channels/directory.js';
import { MessagePane } from '../messages/message-pane.js';
import { MessageSkeleton } from '../messages/message-skeleton.js';
import type { ReadMarks } from '../messages/model/read-marks.js';
import type { ChannelStore } from '../messages/model/channel-store.js';
import type { LinkStatus } from '../relay/connection-status.js';
import { PlaceLink } from '../routes/place-link.js';
import type { Place } from '../routes/place.js';
import { usePlace } from '../routes/use-place.js';
import { FRAME_TEXTS } from '../texts/frame-texts.js';
import { asSentence } from '../ui/as-sentence.js';
import { PaneState } from '../ui/pane-state.js';
import { ChunkBoundary } from '../views/view-frame.js';
import { ViewSwitch } from './view-switch.js';

const TimeMachineView = lazy(() => import('../time-machine/time-machine-view.js'));

interface MiddleProps {
  link: LinkStatus;
  /** null: not loaded yet. */
  directory: Directory | null;
  place: Place;
  channel: WireChannel | undefined;
  isGone: boolean;
  /** null: the address names no channel. */
  store: ChannelStore | null;
  client: RelayClient | null;
  /** null: the reader is not known yet. */
  marks: ReadMarks | null;
  onFailure: (error: RelayError) => void;
  onReconnect: () => void;
}

/** What the address names, or a sentence about why it is not shown. */
export function Middle({ link, onReconnect, ...props }: MiddleProps) {
  if (link.state === 'refused') {
    return (
      <PaneState title={FRAME_TEXTS.refused} detail={asSentence(link.reason ?? '')}>
        <button type="button" className="button" onClick={onReconnect}>
          {FRAME_TEXTS.reconnect}
        </button>
      </PaneState>
    );
  }
  return <PlaceView {...props} />;
}

function PlaceView({
  directory,
  place,
  channel,
  isGone,
  store,
  client,
  marks,
  onFailure,
}: Omit<MiddleProps, 'link' | 'onReconnect'>) {
  const [, goTo] = usePlace();
  const isWaiting = place.view === 'home' || place.view === 'guild';
  if (directory && isWaiting && directory.channels.length === 0)
    return <PaneState {...FRAME_TEXTS.noChannel} />;
  if (isGone) return <ChannelGone />;
  const shown = postsOf(place, channel);
  if (shown.view !== 'channel') {
    if (!client || !directory) return <MessageSkeleton />;
    return <ViewSwitch place={shown} client={client} directory={directory} />;
  }
  const { at } = shown;
  if (at !== undefined) return <PastChannel {...{ client, channel, marks, at, onFailure }} />;
  if (!store || !client || !marks) return <MessageSkeleton />;
  const { channelId } = store;
  return (
    <MessagePane
      key={channelId}
      store={store}
      channelName={channel?.name ?? FRAME_TEXTS.thisChannel}
      client={client}
      marks={marks}
      onDay={(day) => goTo({ view: 'channel', channelId, day })}
      onMessage={(messageId) => goTo({ view: 'channel', channelId, messageId })}
      onNewest={() => goTo({ view: 'channel', channelId }, 'replace')}
    />
  );
}

type PastChannelProps = Pick<MiddleProps, 'client' | 'channel' | 'marks' | 'onFailure'> & { at: string };

/** The channel as it was; loaded on demand. */
function PastChannel({ client, channel, marks, at, onFailure }: PastChannelProps) {
  if (!client || !channel || !marks) return <MessageSkeleton />;
  return (
    <ChunkBoundary key={channel.id}>
      <Suspense fallback={<MessageSkeleton />}>
        <TimeMachineView client={client} channel={channel} at={at} marks={marks} onFailure={onFailure} />
      </Suspense>
    </ChunkBoundary>
  );
}

/** A forum contains no messages: its posts are shown. */
function postsOf(place: Place, channel: WireChannel | undefined): Place {
  const isForum = place.view === 'channel' && channel && channelKind(channel.type) === 'forum';
  return isForum ? { view: 'threads', channelId: place.channelId } : place;
}

function ChannelGone() {
  const { title, detail, toFirst } = FRAME_TEXTS.channelGone;
  return (
    <PaneState title={title} detail={detail} testId="channel-gone">
      <PlaceLink className="button button-link" place={{ view: 'home' }}>
        {toFirst}
      </PlaceLink>
    </PaneState>
  );
}
