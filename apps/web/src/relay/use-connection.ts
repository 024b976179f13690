import { useCallback, useEffect, useState } from 'react';
import { connect, type RelayClient } from '@discord-relay/client';
import type { UserInfo } from '@discord-relay/contracts';
import { serviceRoot } from '../routes/service-root.js';
import type { TokenSource } from './token-source.js';
import type { LinkStatus } from './connection-status.js';

export interface Connection {
  client: RelayClient | null;
  link: LinkStatus;
  user: UserInfo | null;
  /** Opens a new connection after a refusal. */
  reconnect: () => void;
}

const CONNECTING: LinkStatus = {
  state: 'connecting',
  reason: null,
  retryAtMs: null,
  source: null,
  transport: 'websocket',
};

/**
 * One connection per log-in, open until the component unmounts.
 * @param onSignedOut called when the service no longer accepts its tokens
 */
export function useConnection(source: TokenSource, onSignedOut: (reason: string) => void): Connection {
  const [client, setClient] = useState<RelayClient | null>(null);
  const [link, setLink] = useState(CONNECTING);
  const [user, setUser] = useState<UserInfo | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const relay = connect({ url: serviceRoot.href, getToken: source.get, sseFallback: true });
    const stops = [
      relay.on('user', setUser),
      relay.on('source', (source) => setLink((known) => ({ ...known, source }))),
      // Requests report their own errors; only errors that end the session are handled here.
      relay.on('error', (error) => endsSession(source, error) && onSignedOut(error.message)),
      relay.on('state', (state, error, retryInMs) => {
        const retryAtMs = retryInMs === undefined ? null : performance.now() + retryInMs;
        const { source, transport } = relay;
        setLink({ state, reason: error?.message ?? null, retryAtMs, source, transport });
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
  }, [source, onSignedOut, attempt]);
  const reconnect = useCallback(() => setAttempt((count) => count + 1), []);
  return { client, link, user, reconnect };
}

/** Whether the token itself was refused and its source has no other one. */
export const endsSession = ({ renewable }: TokenSource, { code }: { code: string }): boolean =>
  (code.startsWith('AUTH.TOKEN_') && !(renewable && code === 'AUTH.TOKEN_EXPIRED')) || code === 'HTTP.401';
