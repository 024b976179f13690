import { lazy, type ReactNode, Suspense } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type { Directory } from '../channels/directory.js';
import { MessageSkeleton } from '../messages/message-skeleton.js';
import { PlaceLink } from '../routes/place-link.js';
import { pathOf, type Place } from '../routes/place.js';
import { VIEW_TEXTS } from '../texts/view-texts.js';
import { PaneState } from '../ui/pane-state.js';
import { ChunkBoundary } from '../views/view-frame.js';

const ThreadsView = lazy(() => import('../views/threads/threads-view.js'));
const EventsView = lazy(() => import('../views/events/events-view.js'));
const RoomsView = lazy(() => import('../views/rooms/rooms-view.js'));
const MembersView = lazy(() => import('../views/members/members-view.js'));
const ModerationView = lazy(() => import('../views/moderation/moderation-view.js'));
const QueueView = lazy(() => import('../views/queue/queue-view.js'));
const SearchView = lazy(() => import('../views/search/search-view.js'));
const MediaView = lazy(() => import('../views/media/media-view.js'));
const StatisticsView = lazy(() => import('../views/statistics/statistics-view.js'));
const AdminView = lazy(() => import('../views/admin/admin-view.js'));

interface ViewSwitchProps {
  place: Place;
  client: RelayClient;
  directory: Directory;
}

/** The view that the address names, other than messages; each is loaded on demand. */
export function ViewSwitch(props: ViewSwitchProps) {
  return (
    <ChunkBoundary key={pathOf(props.place)}>
      <Suspense fallback={<MessageSkeleton />}>{viewOf(props)}</Suspense>
    </ChunkBoundary>
  );
}

function viewOf({ place, client, directory }: ViewSwitchProps): ReactNode {
  const given = { client, directory };
  switch (place.view) {
    case 'threads':
      return <ThreadsView {...given} channelId={place.channelId} />;
    case 'media':
      return <MediaView {...given} channelId={place.channelId} />;
    case 'channel-statistics':
      return <StatisticsView {...given} subject={{ channelId: place.channelId }} />;
    case 'events':
      return <EventsView {...given} guildId={place.guildId} />;
    case 'rooms':
      return <RoomsView {...given} guildId={place.guildId} />;
    case 'members':
      return <MembersView {...given} guildId={place.guildId} />;
    case 'moderation':
      return <ModerationView {...given} guildId={place.guildId} />;
    case 'queue':
      return <QueueView {...given} guildId={place.guildId} />;
    case 'search':
      return <SearchView {...given} guildId={place.guildId} />;
    case 'statistics':
      return <StatisticsView {...given} subject={{ guildId: place.guildId }} />;
    case 'queue-statistics':
      return <StatisticsView {...given} subject={{ queueOf: place.guildId }} />;
    case 'admin':
      return <AdminView {...given} />;
    case 'home':
    case 'guild':
    case 'channel':
      return <MessageSkeleton />;
    case 'unknown':
      return <UnknownPlace />;
    default:
      return place satisfies never;
  }
}

function UnknownPlace() {
  const { title, detail } = VIEW_TEXTS.unknownPlace;
  return (
    <PaneState title={title} detail={detail} testId="unknown-place">
      <PlaceLink className="button button-link" place={{ view: 'home' }}>
        {VIEW_TEXTS.toChannels}
      </PlaceLink>
    </PaneState>
  );
}
