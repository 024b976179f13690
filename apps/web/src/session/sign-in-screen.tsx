import { Brand } from '../ui/brand.js';
import { ConnectionBadge } from '../relay/connection-badge.js';
import { SESSION_TEXTS } from '../texts/session-texts.js';
import { SignInChoices } from './sign-in-choices.js';
import { TokenForm } from './token-form.js';
import type { Session } from './use-session.js';

export function SignInScreen({ session }: { session: Session }) {
  const { reason, mayResume, isSigningOut, signIn, resume } = session;
  return (
    <main className="sign-in">
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
          <SignInChoices mayResume={mayResume} onResume={resume} onToken={signIn} />
        )}
        <TokenForm onToken={signIn} />
      </div>
    </main>
  );
}
