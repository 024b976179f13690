import { Brand } from '../ui/brand.js';
import { ConnectionBadge } from '../relay/connection-badge.js';
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
        <h1>Sign in to read along</h1>
        <p className="muted">Live messages of the channels you may see. Reading only: nothing is sent.</p>
        {reason !== null && (
          <p className="notice notice-warn" role="alert">
            Please sign in again: {reason}
          </p>
        )}
        {isSigningOut ? (
          <p className="muted" role="status">
            Signing out…
          </p>
        ) : (
          <SignInChoices mayResume={mayResume} onResume={resume} onToken={signIn} />
        )}
        <TokenForm onToken={signIn} />
      </div>
    </main>
  );
}
