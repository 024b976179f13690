import { useState } from 'react';
import { signInLocally } from './auth-api.js';
import { useAuthMethods } from './use-auth-methods.js';

interface LocalSignInProps {
  onToken: (token: string) => void;
}

/** One click on a local stack; nothing where the service does not offer it. */
export function LocalSignIn({ onToken }: LocalSignInProps) {
  const [methods, askAgain] = useAuthMethods();
  if (methods.phase === 'failed') return <Unavailable reason={methods.reason} onRetry={askAgain} />;
  if (methods.phase === 'asking') return <div className="button-placeholder" aria-hidden="true" />;
  return methods.methods.local ? <LocalButton onToken={onToken} /> : null;
}

function LocalButton({ onToken }: LocalSignInProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const signIn = () => {
    setBusy(true);
    setFailure(null);
    signInLocally()
      .then(onToken, (error: Error) => setFailure(error.message))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <button
        type="button"
        className="button button-primary"
        data-testid="local-login"
        disabled={busy}
        onClick={signIn}
      >
        Continue on this local stack
      </button>
      {failure !== null && (
        <p className="notice notice-warn" role="alert">
          {failure}
        </p>
      )}
    </>
  );
}

function Unavailable({ reason, onRetry }: { reason: string; onRetry: () => void }) {
  return (
    <div className="notice notice-warn" role="alert">
      <p>{reason}</p>
      <button type="button" className="button button-quiet" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
