import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { RelayClient, RelayError } from '@discord-relay/client';
import type { Snowflake } from '@discord-relay/contracts';
import { ChannelStore, type ChannelView } from './channel-store.js';
import { type ChannelStatus, liveFeed, type MessageFeed } from './message-feed.js';

export interface OpenChannel {
  channelId: Snowflake;
  store: ChannelStore;
  view: ChannelView;
}

/** Follows a channel; null while there is none. Does not render again when the channel changes: see {@link useChannelView}. */
export function useChannel(
  client: RelayClient | null,
  channelId: Snowflake | null,
  onFailure: (error: RelayError) => void,
): ChannelStore | null {
  const feed = useMemo(() => (client && channelId ? liveFeed(client, channelId) : null), [client, channelId]);
  return useFeed(feed, channelId, onFailure);
}

/** As {@link useChannel}, of any feed. */
export function useFeed(
  feed: MessageFeed | null,
  channelId: Snowflake | null,
  onFailure: (error: RelayError) => void,
): ChannelStore | null {
  const store = useMemo(
    () => (feed && channelId ? new ChannelStore(feed, channelId, onFailure) : null),
    [feed, channelId, onFailure],
  );
  useEffect(() => {
    store?.open();
    return () => store?.close();
  }, [store]);
  return store;
}

/** The channel as it is now: renders again with every frame in which a message arrives. */
export function useChannelView(store: ChannelStore): OpenChannel {
  const view = useSyncExternalStore(store.subscribe, store.getView);
  return useMemo(() => ({ channelId: store.channelId, store, view }), [store, view]);
}

const NO_SUBSCRIPTION = () => () => undefined;
const NO_STATUS = () => undefined;

/** Whether the channel is live, or why it is refused; undefined without a channel. */
export const useChannelStatus = (store: ChannelStore | null): ChannelStatus | undefined =>
  useSyncExternalStore(store?.subscribe ?? NO_SUBSCRIPTION, store?.getStatus ?? NO_STATUS);
