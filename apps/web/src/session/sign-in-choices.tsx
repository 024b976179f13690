import { useEffect, useState } from 'react';
import { SESSION_TEXTS } from '../texts/session-texts.js';
import { signInLocally } from './auth-api.js';
import { loginPlace } from './login-place.js';
import { useAuthMethods } from './use-auth-methods.js';

interface SignInChoicesProps {
  mayResume: boolean;
  onResume: () => Promise<void>;
  onToken: (token: string) => void;
}

/** The available ways to sign in; an existing log-in of this browser is resumed automatically. */
export function SignInChoices({ mayResume, onResume, onToken }: SignInChoicesProps) {
  const [state, requestAgain] = useAuthMethods();
  const [failure, setFailure] = useState<string | null>(null);
  const resumes = mayResume && state.phase === 'known' && state.methods.session && failure === null;
  useEffect(() => {
    if (resumes) onResume().catch((error: Error) => setFailure(error.message));
  }, [resumes, onResume]);
  const retry = () => {
    setFailure(null);
    requestAgain();
  };
  if (state.phase === 'failed') return <Unavailable reason={state.reason} onRetry={retry} />;
  if (failure !== null && mayResume) return <Unavailable reason={failure} onRetry={retry} />;
  if (state.phase === 'loading' || resumes) return <div className="button-placeholder" aria-hidden="true" />;
  const { discord, local } = state.methods;
  return (
    <>
      {discord !== null && <DiscordLink address={discord} />}
      {local && <LocalButton isFirst={discord === null} onToken={onToken} />}
    </>
  );
}

/** Discord asks for permission on its own page and redirects back to this one. */
function DiscordLink({ address }: { address: string }) {
  const { pathname, search } = window.location;
  const returnTo = encodeURIComponent(`${pathname}${search}`);
  return (
    <a
      className="button button-primary button-link"
      data-testid="discord-login"
      href={`${address}?returnTo=${returnTo}`}
      onClick={loginPlace.remember}
    >
      {SESSION_TEXTS.discord}
    </a>
  );
}

interface LocalButtonProps {
  isFirst: boolean;
  onToken: (token: string) => void;
}

function LocalButton({ isFirst, onToken }: LocalButtonProps) {
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
        className={isFirst ? 'button button-primary' : 'button'}
        data-testid="local-login"
        disabled={busy}
        onClick={signIn}
      >
        {isFirst ? SESSION_TEXTS.local.only : SESSION_TEXTS.local.other}
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
        {SESSION_TEXTS.tryAgain}
      </button>
    </div>
  );
}
