import { useCallback, useEffect, useState } from 'react';
import type { RelayClient, RelayError, RestQuery } from '@discord-relay/client';
import { asRelayError } from './as-relay-error.js';

export type RestState<T> =
  { phase: 'loading' } | { phase: 'ready'; data: T } | { phase: 'failed'; error: RelayError };

/** The response of an endpoint, and a function to request it again; requested anew when the path or the query changes. */
export function useRest<T>(
  client: RelayClient,
  path: string,
  query: RestQuery = {},
): [state: RestState<T>, again: () => void] {
  const [state, setState] = useState<RestState<T>>({ phase: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const queryText = JSON.stringify(query);
  useEffect(() => {
    let isCurrent = true;
    setState((known) => (known.phase === 'ready' && attempt > 0 ? known : { phase: 'loading' }));
    client.get<T>(path, JSON.parse(queryText) as RestQuery).then(
      (data) => isCurrent && setState({ phase: 'ready', data }),
      (cause: unknown) => isCurrent && setState({ phase: 'failed', error: asRelayError(cause) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [client, path, queryText, attempt]);
  const again = useCallback(() => setAttempt((count) => count + 1), []);
  return [state, again];
}
