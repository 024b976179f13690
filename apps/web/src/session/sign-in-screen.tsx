import { Brand } from '../ui/brand.js';
import { ConnectionBadge } from '../relay/connection-badge.js';
import { LocalSignIn } from './local-sign-in.js';
import { TokenForm } from './token-form.js';

interface SignInScreenProps {
  reason: string | null;
  onToken: (token: string) => void;
}

export function SignInScreen({ reason, onToken }: SignInScreenProps) {
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
        <LocalSignIn onToken={onToken} />
        <TokenForm onToken={onToken} />
      </div>
    </main>
  );
}
