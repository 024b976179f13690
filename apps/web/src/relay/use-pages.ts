import { useCallback, useEffect, useRef, useState } from 'react';
import type { RelayClient, RelayError, RestQuery } from '@discord-relay/client';
import { asRelayError } from './as-relay-error.js';

export interface Pages<T> {
  items: readonly T[];
  phase: 'loading' | 'ready' | 'failed';
  error: RelayError | null;
  /** Whether there is another page. */
  hasMore: boolean;
  /** Loads the next page, or the failed one again. */
  more: () => void;
}

interface PageOf<T> {
  items: T[];
  next: string | null;
}

/**
 * All pages of a list so far. A change of path or query starts anew.
 * @param cursor the query parameter that `next` is sent as
 * @param toPage extracts the items from a response; must be the same function each time
 */
export function usePages<A, T>(
  client: RelayClient,
  { path, query, cursor }: { path: string; query?: RestQuery; cursor: 'before' | 'after' },
  toPage: (answer: A) => PageOf<T>,
): Pages<T> {
  const key = JSON.stringify([path, query ?? {}]);
  const [state, setState] = useState<State<T>>(EMPTY);
  const current = useRef('');
  const read = useCallback(
    (next: string | null) => {
      current.current = key;
      setState((known) => ({ ...(next === null ? EMPTY : known), phase: 'loading' }));
      const [, given] = JSON.parse(key) as [string, RestQuery];
      client.get<A>(path, { ...given, ...(next !== null && { [cursor]: next }) }).then(
        (answer) => {
          if (current.current !== key) return;
          const page = toPage(answer);
          const ready = { phase: 'ready', error: null, next: page.next } as const;
          setState((known) => ({ ...ready, items: [...known.items, ...page.items] }));
        },
        (cause: unknown) => {
          if (current.current !== key) return;
          setState((known) => ({ ...known, phase: 'failed', error: asRelayError(cause) }));
        },
      );
    },
    [client, path, key, cursor, toPage],
  );
  useEffect(() => {
    read(null);
    return () => {
      current.current = '';
    };
  }, [read]);
  const { next, items, phase, error } = state;
  return { items, phase, error, hasMore: next !== null, more: () => read(next) };
}

interface State<T> {
  items: readonly T[];
  phase: 'loading' | 'ready' | 'failed';
  error: RelayError | null;
  next: string | null;
}

const EMPTY = { items: [], phase: 'loading', error: null, next: null } as const;
