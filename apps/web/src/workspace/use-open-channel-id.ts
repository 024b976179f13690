import { useEffect } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import { firstChannel } from '../channels/directory.js';
import type { DirectoryState } from '../channels/use-directory.js';
import { channelOf, type Place } from '../routes/place.js';
import { usePlace } from '../routes/use-place.js';

/** The place in the address, which becomes the first channel there is where the address names none. */
export function useOpenChannelId(directory: DirectoryState): [Place, Snowflake | null] {
  const [place, goTo] = usePlace();
  const first = directory.phase === 'ready' ? firstChannel(directory.directory)?.id : undefined;
  useEffect(() => {
    if (place.view === 'home' && first !== undefined) goTo({ view: 'channel', channelId: first }, 'replace');
  }, [place.view, first, goTo]);
  return [place, channelOf(place)];
}
