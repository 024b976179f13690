import { useCallback, useEffect, useState } from 'react';
import type { AuthMethods } from '@discord-relay/contracts';
import { fetchAuthMethods } from './auth-api.js';

export type AuthMethodsState =
  { phase: 'loading' } | { phase: 'known'; methods: AuthMethods } | { phase: 'failed'; reason: string };

/** The available ways to sign in, and a function to request them again after a failure. */
export function useAuthMethods(): [AuthMethodsState, () => void] {
  const [state, setState] = useState<AuthMethodsState>({ phase: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    fetchAuthMethods(abort.signal).then(
      (methods) => setState({ phase: 'known', methods }),
      (error: Error) => abort.signal.aborted || setState({ phase: 'failed', reason: error.message }),
    );
    return () => abort.abort();
  }, [attempt]);
  const again = useCallback(() => {
    setState({ phase: 'loading' });
    setAttempt((count) => count + 1);
  }, []);
  return [state, again];
}
