import type { ChannelFeed, History, HistoryPage, RelayClient, RelayError } from '@discord-relay/client';
import type { MessagesBulk, Snowflake } from '@discord-relay/contracts';
import type { LiveAction } from './message-list-state.js';

/** Changes seldom, unlike the messages. */
export interface ChannelStatus {
  /** Whether all events of the channel arrive. */
  live: boolean;
  /** Why the channel may not be followed. */
  refusal: RelayError | null;
}

export interface FeedListener {
  /** Everything that was known is replaced by this. `chosen`: the reader asked for it, and looks at its newest message. */
  onSnapshot: (bulk: MessagesBulk, isChosen: boolean) => void;
  onEvent: (action: LiveAction) => void;
  onStatus: (change: Partial<ChannelStatus>) => void;
}

/** Where the messages of a channel come from: live, or from a replay. */
export interface MessageFeed {
  /** Returns a function that stops listening. */
  listen(listener: FeedListener): () => void;
  /** Begins with a snapshot. @throws RelayError when the channel is refused */
  join(): Promise<void>;
  leave(): void;
  /** A page of the messages as they are after the last event of the feed. @throws RelayError */
  history(page: HistoryPage): Promise<History>;
}

/** The messages as they are now. */
export function liveFeed(
  client: Pick<RelayClient, 'channel' | 'history'>,
  channelId: Snowflake,
): MessageFeed {
  const feed = client.channel(channelId);
  return {
    listen: (listener) => listenTo(feed, listener),
    join: () => feed.join(),
    leave: () => feed.leave(),
    history: (page) => client.history(channelId, page),
  };
}

function listenTo(feed: ChannelFeed, { onSnapshot, onEvent, onStatus }: FeedListener): () => void {
  const stops = [
    feed.on('snapshot', (bulk) => onSnapshot(bulk, false)),
    feed.on('message', (event) => onEvent({ type: 'message', event })),
    feed.on('update', (event) => onEvent({ type: 'update', event })),
    feed.on('delete', (event) => onEvent({ type: 'delete', event })),
    feed.on('reaction', (event) => onEvent({ type: 'reaction', event })),
    feed.on('live', (live) => onStatus({ live })),
    feed.on('refused', (refusal) => onStatus({ refusal })),
    feed.on('unsubscribed', (refusal) => onStatus({ refusal })),
  ];
  return () => stops.forEach((stop) => stop());
}
