import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { RelayClient, RelayError } from '@discord-relay/client';
import type { Snowflake } from '@discord-relay/contracts';
import { ChannelStore, type ChannelView } from './channel-store.js';

export interface OpenChannel {
  channelId: Snowflake;
  store: ChannelStore;
  view: ChannelView;
}

const NO_SUBSCRIPTION = () => () => undefined;
const NO_VIEW = () => null;

/** Follows the open channel; null while there is none. */
export function useChannel(
  client: RelayClient | null,
  channelId: Snowflake | null,
  onFailure: (error: RelayError) => void,
): OpenChannel | null {
  const store = useMemo(
    () => (client && channelId ? new ChannelStore(client, channelId, onFailure) : null),
    [client, channelId, onFailure],
  );
  useEffect(() => {
    store?.open();
    return () => store?.close();
  }, [store]);
  const view = useSyncExternalStore(store?.subscribe ?? NO_SUBSCRIPTION, store?.getView ?? NO_VIEW);
  return store && view ? { channelId: store.channelId, store, view } : null;
}
