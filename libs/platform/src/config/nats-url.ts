/** The content of `NATS_URL`: the servers, and one log-in for all of them. */
export interface NatsTarget {
  /** `host:port`, without scheme and log-in. */
  servers: string[];
  /** Connect with TLS only. */
  tls: boolean;
  login?: { user: string; password: string } | { token: string };
}

class NatsUrlError extends Error {}

/**
 * Parses one or more comma-separated URLs. Log-ins are percent-decoded; special characters before the last `@` may also be
 * written unencoded.
 * @throws NatsUrlError whose message is a remedy and contains no part of the value
 */
export function parseNatsUrl(value: string): NatsTarget {
  const parts = value.split(',').map((each) => readServer(each.trim()));
  const logins = new Set(parts.filter(({ login }) => login).map(({ login }) => JSON.stringify(login)));
  if (logins.size > 1)
    throw new NatsUrlError(
      'must have one log-in for all servers: the client logs in to each of them with the same',
    );
  const login = parts.find((part) => part.login)?.login;
  return {
    servers: parts.map(({ server }) => server),
    tls: parts.some(({ tls }) => tls),
    ...(login && { login }),
  };
}

const SHAPE = /^(?:(nats|tls):\/\/)?(?:(.*)@)?(\[[0-9a-f:.%]+\]|[^:/@?#[\]\s]+)(?::(\d{1,5}))?\/?$/i;

function readServer(text: string) {
  const match = SHAPE.exec(text);
  const [, scheme = '', userInfo, host, port = '4222'] = match ?? [];
  if (!match || !scheme || Number(port) > 65_535)
    throw new NatsUrlError(
      'must be one or more URLs, separated by commas, that start with nats:// or tls://',
    );
  return {
    server: `${host}:${port}`,
    tls: scheme.toLowerCase() === 'tls',
    login: userInfo ? readLogin(userInfo) : undefined,
  };
}

function readLogin(userInfo: string): NatsTarget['login'] {
  const colon = userInfo.indexOf(':');
  if (colon === -1) return { token: decoded(userInfo) };
  return { user: decoded(userInfo.slice(0, colon)), password: decoded(userInfo.slice(colon + 1)) };
}

/** Percent-decodes the text; returns it unchanged when it is not valid percent-encoding. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
