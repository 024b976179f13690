import { useEffect } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import { firstChannel } from '../channels/directory.js';
import type { DirectoryState } from '../channels/use-directory.js';
import { useChannelAddress } from '../channels/use-channel-address.js';

/** The channel the address names, or the first there is, which then becomes the address. */
export function useOpenChannelId(directory: DirectoryState): [Snowflake | null, (id: Snowflake) => void] {
  const [channelId, open] = useChannelAddress();
  const first = directory.phase === 'ready' ? firstChannel(directory.directory)?.id : undefined;
  useEffect(() => {
    if (channelId === null && first !== undefined) open(first, 'replace');
  }, [channelId, first, open]);
  return [channelId, open];
}
