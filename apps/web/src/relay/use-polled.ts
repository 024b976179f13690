import { useEffect, useState } from 'react';
import type { RelayClient, RelayError } from '@discord-relay/client';
import { useRest } from './use-rest.js';

export interface Polled<T> {
  /** The last answer; null: there is none yet. */
  data: T | null;
  /** Why the last request failed; null: it did not. */
  error: RelayError | null;
  /** Requests it at once. */
  again: () => void;
}

/** The response of an endpoint, requested again regularly while the page is visible; a failure keeps the last answer. */
export function usePolled<T>(client: RelayClient, path: string, everyMs: number): Polled<T> {
  const [state, again] = useRest<T>(client, path);
  const [last, setLast] = useState<Omit<Polled<T>, 'again'>>({ data: null, error: null });
  useEffect(() => {
    if (state.phase === 'loading') return undefined;
    if (state.phase === 'ready') setLast({ data: state.data, error: null });
    else setLast(({ data }) => ({ data, error: state.error }));
    const askIfVisible = () => {
      if (!document.hidden) again();
    };
    const timer = setInterval(askIfVisible, everyMs);
    document.addEventListener('visibilitychange', askIfVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', askIfVisible);
    };
  }, [state, again, everyMs]);
  return { ...last, again };
}
