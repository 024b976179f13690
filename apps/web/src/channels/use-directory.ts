import { useEffect, useState } from 'react';
import type { RelayClient, RelayError } from '@discord-relay/client';
import { asRelayError } from '../relay/as-relay-error.js';
import { applyChannelUpdate, type Directory } from './directory.js';

export type DirectoryState =
  { phase: 'loading' } | { phase: 'ready'; directory: Directory } | { phase: 'failed'; reason: string };

/** Several changes in a row cause one reload of the list. */
const REFRESH_AFTER_MS = 500;
const RETRY_AFTER_MS = 3_000;

/**
 * The guilds and channels that the reader may see. A change shows at once; the list is reloaded shortly after, because the
 * service determines the position of a new channel.
 * @param isConnected the list is reloaded whenever this becomes true
 * @param onFailure called with every failed request; requests are repeated automatically
 */
export function useDirectory(
  client: RelayClient | null,
  isConnected: boolean,
  onFailure: (error: RelayError) => void,
): DirectoryState {
  const [state, setState] = useState<DirectoryState>({ phase: 'loading' });
  useEffect(() => {
    if (!client || !isConnected) return;
    const reader = readRepeatedly(client, setState, onFailure);
    const stops = [
      client.on('channels', (channels) => setState((known) => withChannels(known, () => channels))),
      client.on('channel_update', (update) => {
        setState((known) => withChannels(known, (channels) => applyChannelUpdate(channels, update)));
        reader.readIn(REFRESH_AFTER_MS);
      }),
      reader.stop,
    ];
    return () => stops.forEach((stop) => stop());
  }, [client, isConnected, onFailure]);
  return state;
}

type Show = (next: (known: DirectoryState) => DirectoryState) => void;

function readRepeatedly(client: RelayClient, show: Show, onFailure: (error: RelayError) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const readIn = (delayMs: number) => {
    if (!stopped) timer ??= setTimeout(() => void read(), delayMs);
  };
  const read = async () => {
    timer = undefined;
    try {
      const [channels, guilds] = await Promise.all([client.channels(), client.guilds()]);
      if (!stopped) show(() => ({ phase: 'ready', directory: { channels, guilds } }));
    } catch (cause) {
      if (stopped) return;
      const failure = asRelayError(cause);
      show((known) => (known.phase === 'ready' ? known : { phase: 'failed', reason: failure.message }));
      onFailure(failure);
      readIn(RETRY_AFTER_MS);
    }
  };
  void read();
  return {
    readIn,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function withChannels(
  state: DirectoryState,
  change: (channels: Directory['channels']) => Directory['channels'],
): DirectoryState {
  if (state.phase !== 'ready') return state;
  return { ...state, directory: { ...state.directory, channels: change(state.directory.channels) } };
}
