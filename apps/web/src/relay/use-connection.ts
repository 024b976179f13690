import { useCallback, useEffect, useState } from 'react';
import { connect, type RelayClient } from '@discord-relay/client';
import type { UserInfo } from '@discord-relay/contracts';
import type { LinkStatus } from './connection-status.js';

export interface Connection {
  client: RelayClient | null;
  link: LinkStatus;
  user: UserInfo | null;
  /** Begins anew after a refusal. */
  reconnect: () => void;
}

const CONNECTING: LinkStatus = { state: 'connecting', reason: null, retryAtMs: null };

/**
 * One connection for one token, kept up until the component goes.
 * @param onSignedOut told once the service does not take the token (any more)
 */
export function useConnection(token: string, onSignedOut: (reason: string) => void): Connection {
  const [client, setClient] = useState<RelayClient | null>(null);
  const [link, setLink] = useState(CONNECTING);
  const [user, setUser] = useState<UserInfo | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const relay = connect({ url: window.location.origin, token });
    const stops = [
      relay.on('user', setUser),
      // Every request reports its own refusal; only what ends the session is heard here.
      relay.on('error', (error) => isAuthFailure(error) && onSignedOut(error.message)),
      relay.on('state', (state, error, retryInMs) => {
        const retryAtMs = retryInMs === undefined ? null : Date.now() + retryInMs;
        setLink({ state, reason: error?.message ?? null, retryAtMs });
        if (state === 'refused' && error?.code.startsWith('AUTH.')) onSignedOut(error.message);
      }),
    ];
    setClient(relay);
    return () => {
      for (const stop of stops) stop();
      relay.close();
      setClient(null);
      setLink(CONNECTING);
    };
  }, [token, onSignedOut, attempt]);
  const reconnect = useCallback(() => setAttempt((count) => count + 1), []);
  return { client, link, user, reconnect };
}

/** Whether the token itself is the matter, not what was asked with it. */
export const isAuthFailure = ({ code }: { code: string }): boolean =>
  code.startsWith('AUTH.TOKEN_') || code === 'HTTP.401';
