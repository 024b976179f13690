import { reduceSession, type SessionAction, type SessionState } from './session-state.js';
import { fixedToken } from '../relay/token-source.js';

const source = fixedToken('a token');
const signedIn: SessionState = { source, reason: null, mayResume: false, isSigningOut: false };
const signedOut: SessionState = { ...signedIn, source: null };
const after = (...actions: SessionAction[]) => actions.reduce(reduceSession, signedIn);
const signOut: SessionAction = { type: 'signed-out', isFinished: false };
const revoked: SessionAction = { type: 'ended', source, reason: 'the token was revoked' };
const finished: SessionAction = { type: 'sign-out-finished', failure: null };

describe('reduceSession', () => {
  it('the page shows no reason for a session that the reader ended, whenever its revocation is reported', () => {
    expect(after(signOut, revoked, finished)).toEqual(signedOut);
    expect(after(signOut, finished, revoked)).toEqual(signedOut);
    expect(after({ type: 'signed-out', isFinished: true }, revoked)).toEqual(signedOut);
  });

  it('a session is signing out until the service confirms it, and then shows a failure', () => {
    expect(after(signOut)).toEqual({ ...signedOut, isSigningOut: true });
    expect(after(signOut, revoked).isSigningOut).toBe(true);
    expect(after(signOut, { type: 'sign-out-finished', failure: 'no answer' })).toEqual({
      ...signedOut,
      reason: 'no answer',
    });
  });

  it('the page shows the reason for a session that ended by itself', () => {
    expect(after(revoked)).toEqual({ ...signedOut, reason: 'the token was revoked' });
  });

  it('a session does not end because the previous one was refused', () => {
    const next = fixedToken('another token');
    expect(after(signOut, finished, { type: 'signed-in', source: next }, revoked).source).toBe(next);
    expect(after(signOut, { type: 'signed-in', source: next }, finished)).toEqual({
      ...signedIn,
      source: next,
    });
  });

  it('a log-in that could not be resumed is reported', () => {
    const atFirst = { ...signedOut, mayResume: true };
    const ended = reduceSession(atFirst, { type: 'ended', source: null, reason: 'the log-in has ended' });
    expect(ended).toEqual({ ...signedOut, reason: 'the log-in has ended' });
  });
});
