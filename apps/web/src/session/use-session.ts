import { useCallback, useState } from 'react';
import { tokenStore } from './token-store.js';

export interface Session {
  /** null: signed out. */
  token: string | null;
  /** Why the reader was signed out, when it was not the reader's wish. */
  reason: string | null;
  signIn(token: string): void;
  signOut(reason?: string): void;
}

/** Who reads, for as long as the tab lives. */
export function useSession(): Session {
  const [state, setState] = useState(() => ({ token: tokenStore.read(), reason: null as string | null }));
  const signIn = useCallback((token: string) => {
    tokenStore.write(token);
    setState({ token, reason: null });
  }, []);
  const signOut = useCallback((reason?: string) => {
    tokenStore.clear();
    setState({ token: null, reason: reason ?? null });
  }, []);
  return { ...state, signIn, signOut };
}
