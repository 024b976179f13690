import { useCallback, useEffect, useState } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import { channelOfPath, pathOfChannel } from './channel-address.js';

type OpenChannel = (id: Snowflake, how?: 'push' | 'replace') => void;

/** The channel in the address bar, and how to open another. Back and forward work. */
export function useChannelAddress(): [Snowflake | null, OpenChannel] {
  const [channelId, setChannelId] = useState(() => channelOfPath(window.location.pathname));
  useEffect(() => {
    const follow = () => setChannelId(channelOfPath(window.location.pathname));
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);
  const open = useCallback<OpenChannel>((id, how = 'push') => {
    if (channelOfPath(window.location.pathname) !== id) {
      window.history[how === 'push' ? 'pushState' : 'replaceState'](null, '', pathOfChannel(id));
    }
    setChannelId(id);
  }, []);
  return [channelId, open];
}
