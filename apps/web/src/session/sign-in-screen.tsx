import { useEffect, useRef } from 'react';
import { Brand } from '../ui/brand.js';
import { ConnectionBadge } from '../relay/connection-badge.js';
import { SESSION_TEXTS } from '../texts/session-texts.js';
import { SignInChoices } from './sign-in-choices.js';
import { TokenForm } from './token-form.js';
import type { Session } from './use-session.js';

interface SignInScreenProps {
  session: Session;
  /** The reader signs in with a token. */
  onToken: (token: string) => void;
}

export function SignInScreen({ session, onToken }: SignInScreenProps) {
  const { reason, mayResume, isSigningOut, resume } = session;
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // The reader was signed in until now: the element that had the focus is gone.
    if (!mayResume) main.current?.focus();
  }, [mayResume]);
  return (
    <main className="sign-in" ref={main} tabIndex={-1}>
      <div className="sign-in-card">
        <header className="sign-in-head">
          <Brand />
          <ConnectionBadge status={{ state: 'signed-out' }} />
        </header>
        <h1>{SESSION_TEXTS.title}</h1>
        <p className="muted">{SESSION_TEXTS.explanation}</p>
        {reason !== null && (
          <p className="notice notice-warn" role="alert">
            {SESSION_TEXTS.again(reason)}
          </p>
        )}
        {isSigningOut ? (
          <p className="muted" role="status">
            {SESSION_TEXTS.signingOut}
          </p>
        ) : (
          <SignInChoices mayResume={mayResume} onResume={resume} onToken={onToken} />
        )}
        <TokenForm onToken={onToken} />
      </div>
    </main>
  );
}
