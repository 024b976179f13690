import { type Dispatch, useCallback, useEffect, useMemo, useReducer } from 'react';
import { AuthError, logOut, refreshLogin } from './auth-api.js';
import { loginErrorIn } from './login-error.js';
import { loginPlace } from './login-place.js';
import { reduceSession, type SessionAction, type SessionState } from './session-state.js';
import { SESSION_TEXTS } from '../texts/session-texts.js';
import { fixedToken, loginTokens, type TokenSource } from '../relay/token-source.js';

export interface Session extends SessionState {
  /** Signs in with a token, for as long as the tab is open. */
  signIn: (token: string) => void;
  /** Resumes this browser's log-in. @throws AuthError when that fails */
  resume: () => Promise<void>;
  /** @param reason why, if the reader did not sign out */
  signOut: (reason?: string) => void;
}

export function useSession(): Session {
  const [state, dispatch] = useReducer(reduceSession, null, initialSessionState);
  useEffect(leaveLoginError, []);
  const signIn = useCallback((token: string) => {
    tokenStore.write(token);
    dispatch({ type: 'signed-in', source: fixedToken(token) });
  }, []);
  const resume = useCallback(() => resumeLogin(dispatch), []);
  const { source } = state;
  useEffect(() => {
    if (source === null) tokenStore.clear();
  }, [source]);
  const signOut = useCallback(
    (reason?: string) => {
      if (reason === undefined) endSession(source, dispatch);
      else dispatch({ type: 'ended', source, reason });
    },
    [source],
  );
  return useMemo(() => ({ ...state, signIn, resume, signOut }), [state, signIn, resume, signOut]);
}

function initialSessionState(): SessionState {
  const token = tokenStore.read();
  const reason = loginErrorIn(window.location.search);
  const source = token === null ? null : fixedToken(token);
  return { source, reason, mayResume: reason === null, isSigningOut: false };
}

/** The error may be outdated if the address is opened again; the reader returns to where the log-in started. */
function leaveLoginError(): void {
  const place = loginPlace.take();
  if (loginErrorIn(window.location.search) !== null)
    window.history.replaceState(null, '', place ?? window.location.pathname);
}

async function resumeLogin(dispatch: Dispatch<SessionAction>): Promise<void> {
  let resumed: TokenSource | null = null;
  const source = loginTokens(async () => {
    try {
      return await refreshLogin();
    } catch (error) {
      if (error instanceof AuthError && error.code === 'AUTH.SESSION_ENDED')
        dispatch({ type: 'ended', source: resumed, reason: SESSION_TEXTS.ended });
      throw error;
    }
  });
  await source.get();
  resumed = source;
  dispatch({ type: 'signed-in', source });
}

/** The reader signs out: the page drops the session before the service ends it. */
function endSession(source: TokenSource | null, dispatch: Dispatch<SessionAction>): void {
  dispatch({ type: 'signed-out', isFinished: !source?.renewable });
  if (!source?.renewable) return;
  logOut().then(
    () => dispatch({ type: 'sign-out-finished', failure: null }),
    (error: Error) => {
      const failure = SESSION_TEXTS.maybeLoggedIn(error.message);
      dispatch({ type: 'sign-out-finished', failure });
    },
  );
}

const KEY = 'relay.token';

/** The token is stored for the lifetime of the tab: in sessionStorage, never in a cookie or localStorage. */
const tokenStore = {
  read: (): string | null => window.sessionStorage.getItem(KEY),
  write: (token: string): void => window.sessionStorage.setItem(KEY, token),
  clear: (): void => window.sessionStorage.removeItem(KEY),
};
