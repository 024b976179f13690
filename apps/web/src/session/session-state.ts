import type { TokenSource } from '../relay/token-source.js';

export interface SessionState {
  /** null: signed out. */
  source: TokenSource | null;
  /** Why the reader was signed out, if the reader did not sign out. */
  reason: string | null;
  /** Whether an existing log-in of this browser is resumed automatically. */
  mayResume: boolean;
  /** The service has not yet confirmed that the log-in has ended. */
  isSigningOut: boolean;
}

export type SessionAction =
  | { type: 'signed-in'; source: TokenSource }
  /** The service no longer accepts the tokens of `source`; null: there was no session to resume. */
  | { type: 'ended'; source: TokenSource | null; reason: string }
  /** Logging out, as requested by the reader. `isFinished`: the service does not have to be informed. */
  | { type: 'signed-out'; isFinished: boolean }
  | { type: 'sign-out-finished'; failure: string | null };

/**
 * The page may still be connected while the reader signs out and the session is revoked: errors about that session are not
 * shown.
 */
export function reduceSession(state: SessionState, action: SessionAction): SessionState {
  switch (action.type) {
    case 'signed-in':
      return { source: action.source, reason: null, mayResume: false, isSigningOut: false };
    case 'ended':
      if (action.source !== state.source || state.isSigningOut) return state;
      return { source: null, reason: action.reason, mayResume: false, isSigningOut: false };
    case 'signed-out':
      return { source: null, reason: null, mayResume: false, isSigningOut: !action.isFinished };
    case 'sign-out-finished':
      return state.isSigningOut ? { ...state, reason: action.failure, isSigningOut: false } : state;
    default:
      return action satisfies never;
  }
}
