import { useEffect, useState } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type { RestChannel, Snowflake, WireChannel } from '@discord-relay/contracts';
import { firstChannel } from '../channels/directory.js';
import type { DirectoryState } from '../channels/use-directory.js';
import { channelOf, type Place } from '../routes/place.js';
import { usePlace } from '../routes/use-place.js';

/** A listed channel, with details once they are known. */
export type DetailedChannel = WireChannel & Partial<Pick<RestChannel, 'topic' | 'locked'>>;

export interface OpenPlace {
  place: Place;
  /** The channel that the address names; undefined: it names none, or the channel is not known yet. */
  channel: DetailedChannel | undefined;
  /** The channel does not exist, or the reader may not see it. */
  isGone: boolean;
}

/** The place in the address; if it names no channel, the first one is used. */
export function useOpenChannel(client: RelayClient | null, state: DirectoryState): OpenPlace {
  const [place, goTo] = usePlace();
  const directory = state.phase === 'ready' ? state.directory : null;
  const of = place.view === 'guild' ? place.guildId : undefined;
  const isOpen = place.view === 'home' || place.view === 'guild';
  const first = directory && isOpen ? firstChannel(directory, of)?.id : undefined;
  useEffect(() => {
    if (first !== undefined) goTo({ view: 'channel', channelId: first }, 'replace');
  }, [first, goTo]);
  const channelId = channelOf(place);
  const listed = directory?.channels.find(({ id }) => id === channelId);
  const loaded = useChannelDetails(client, directory ? channelId : null);
  const details = loaded.channel?.id === channelId ? loaded.channel : undefined;
  const channel = listed ? { ...details, ...listed } : details;
  return { place, channel, isGone: !channel && loaded.failedId === channelId && channelId !== null };
}

interface ChannelDetails {
  channel?: RestChannel;
  failedId?: Snowflake;
}

/** Details that the channel list lacks: topics, and archived threads. */
function useChannelDetails(client: RelayClient | null, channelId: Snowflake | null): ChannelDetails {
  const [details, setDetails] = useState<ChannelDetails>({});
  useEffect(() => {
    if (!client || channelId === null) return;
    let isCurrent = true;
    client.get<RestChannel>(`/api/v1/channels/${channelId}`).then(
      (channel) => isCurrent && setDetails({ channel }),
      () => isCurrent && setDetails({ failedId: channelId }),
    );
    return () => {
      isCurrent = false;
    };
  }, [client, channelId]);
  return details;
}
