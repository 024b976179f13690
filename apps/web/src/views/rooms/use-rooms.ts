import { useEffect, useReducer, useState } from 'react';
import type { RelayClient, RelayError } from '@discord-relay/client';
import type { Snowflake, WireRoom } from '@discord-relay/contracts';
import { reduceRooms } from './rooms.js';
import { wallClockMs } from '../../ui/wall-clock.js';

export interface Rooms {
  rooms: readonly WireRoom[];
  phase: 'loading' | 'ready' | 'failed';
  error: RelayError | null;
  again: () => void;
}

/** Rooms of a guild and their users, live. */
export function useRooms(client: RelayClient, guildId: Snowflake): Rooms {
  const [rooms, dispatch] = useReducer(reduceRooms, []);
  const [state, setState] = useState<Pick<Rooms, 'phase' | 'error'>>({ phase: 'loading', error: null });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const feed = client.rooms(guildId);
    const fail = (error: RelayError) => setState({ phase: 'failed', error });
    const stops = [
      feed.on('snapshot', (list) => {
        dispatch({ type: 'snapshot', list });
        setState({ phase: 'ready', error: null });
      }),
      feed.on('joined', (event) =>
        dispatch({ type: 'joined', event, at: new Date(wallClockMs()).toISOString() }),
      ),
      feed.on('left', ({ userId }) => dispatch({ type: 'left', userId })),
      feed.on('created', (event) => dispatch({ type: 'created', event })),
      feed.on('deleted', ({ channelId }) => dispatch({ type: 'deleted', channelId })),
      feed.on('refused', fail),
      feed.on('unsubscribed', fail),
    ];
    feed.join().catch(fail);
    return () => {
      for (const stop of stops) stop();
      feed.leave();
    };
  }, [client, guildId, attempt]);
  return { rooms, ...state, again: () => setAttempt((count) => count + 1) };
}
