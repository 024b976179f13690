import { useCallback, useEffect, useMemo, useState } from 'react';
import { AuthError, logOut, refreshLogin } from './auth-api.js';
import { loginErrorIn } from './login-error.js';
import { fixedToken, loginTokens, type TokenSource } from './token-source.js';
import { tokenStore } from './token-store.js';

export interface Session {
  /** null: signed out. */
  source: TokenSource | null;
  /** Why the reader was signed out, when it was not the reader's wish. */
  reason: string | null;
  /** Whether a log-in that this browser has is gone on with unasked. */
  mayResume: boolean;
  /** With a token, for as long as the tab lives. */
  signIn: (token: string) => void;
  /** Goes on with the log-in that this browser has. @throws AuthError when it cannot */
  resume: () => Promise<void>;
  signOut: (reason?: string) => void;
}

interface State {
  source: TokenSource | null;
  reason: string | null;
  mayResume: boolean;
}

/** Who reads. */
export function useSession(): Session {
  const [state, setState] = useState(atFirst);
  useEffect(forgetLoginError, []);
  const signIn = useCallback((token: string) => {
    tokenStore.write(token);
    setState({ source: fixedToken(token), reason: null, mayResume: false });
  }, []);
  const leave = useCallback((reason: string | null) => {
    tokenStore.clear();
    setState({ source: null, reason, mayResume: false });
  }, []);
  const resume = useCallback(async () => {
    const source = loginTokens(() => refreshOr(leave));
    await source.get();
    setState({ source, reason: null, mayResume: false });
  }, [leave]);
  const { source } = state;
  const signOut = useCallback(
    (reason?: string) => {
      if (!source?.renewable || reason !== undefined) return leave(reason ?? null);
      logOut().then(
        () => leave(null),
        (error: Error) => leave(`this browser may still be logged in: ${error.message}`),
      );
    },
    [source, leave],
  );
  return useMemo(() => ({ ...state, signIn, resume, signOut }), [state, signIn, resume, signOut]);
}

function atFirst(): State {
  const token = tokenStore.read();
  const reason = loginErrorIn(window.location.search);
  return { source: token === null ? null : fixedToken(token), reason, mayResume: reason === null };
}

/** It was true once; the address may be kept. */
function forgetLoginError(): void {
  if (loginErrorIn(window.location.search) !== null)
    window.history.replaceState(null, '', window.location.pathname);
}

async function refreshOr(leave: (reason: string) => void) {
  try {
    return await refreshLogin();
  } catch (error) {
    if (error instanceof AuthError && error.code === 'AUTH.SESSION_ENDED') leave('the log-in has ended');
    throw error;
  }
}
