import { decoded } from './nats-url.js';

class PostgresUrlError extends Error {}

const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/**
 * Normalizes a URL of Postgres that libpq or node-pg accepts: user and password become percent-encoded, and the folder of a
 * socket goes into `host`. Special characters before the last `@` may also be written unencoded. `sslmode` keeps its
 * current meaning: every mode but `disable` and `no-verify` checks the certificate and the host name.
 * @throws PostgresUrlError whose message is a remedy and contains no part of the value
 */
export function normalizePostgresUrl(text: string): string {
  const scheme = /^postgres(?:ql)?:\/\//i.exec(text)?.[0];
  if (!scheme) throw new PostgresUrlError('must be a URL that starts with postgres:// or postgresql://');
  const { userInfo, address, path, query } = split(text.slice(scheme.length));
  const [user, password] = userInfo === undefined ? [] : credentials(userInfo);
  const parameters = new URLSearchParams(query);
  checkSsl(parameters);
  const login = user
    ? `${encodeURIComponent(user)}${password === undefined ? '' : `:${encodeURIComponent(password)}`}@`
    : '';
  const host = hostOf(address, parameters);
  const rest = parameters.size > 0 ? `?${parameters}` : '';
  return `postgresql://${login}${host}/${encodeURIComponent(decoded(path))}${rest}`;
}

function split(rest: string) {
  const at = rest.lastIndexOf('@', endOfAddress(rest));
  const userInfo = at === -1 ? undefined : rest.slice(0, at);
  const after = rest.slice(at + 1);
  const [, address = '', path = '', query = ''] = /^([^/?]*)\/?([^?]*)\??(.*)$/s.exec(after) ?? [];
  return { userInfo, address, path, query };
}

/** A `/` or `?` belongs to the password if an `@` follows before the parameters. */
function endOfAddress(rest: string): number {
  const parameters = /\?[a-z_]+=/i.exec(rest);
  return parameters ? parameters.index : rest.length;
}

function credentials(userInfo: string): [string, string?] {
  const colon = userInfo.indexOf(':');
  if (colon === -1) return [decoded(userInfo)];
  return [decoded(userInfo.slice(0, colon)), decoded(userInfo.slice(colon + 1))];
}

function hostOf(address: string, parameters: URLSearchParams): string {
  const named = parameters.get('host') ?? '';
  if (address.includes(',') || named.includes(','))
    throw new PostgresUrlError(
      'must name one host: the driver connects to one; name the primary, or a pooler that follows it',
    );
  const host = decoded(address);
  if (host.startsWith('/') || named.startsWith('/')) {
    const [, folder = '', port] = /^(.*?)(?::(\d+))?$/.exec(host.startsWith('/') ? host : named) ?? [];
    parameters.set('host', folder);
    return `localhost${port ? `:${port}` : ''}`;
  }
  if (!/^(\[[0-9a-f:.]+\]|[^:/?#[\]\s@]*)(:\d{1,5})?$/i.test(address))
    throw new PostgresUrlError(
      'must have a host and a port of digits after the last @; percent-encode special characters in the password',
    );
  return address || 'localhost';
}

function checkSsl(parameters: URLSearchParams): void {
  const mode = parameters.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode))
    throw new PostgresUrlError(
      `has an unknown sslmode; use one of ${SSL_MODES.join(', ')} (with sslrootcert=/path/to/ca.pem for a CA of your own)`,
    );
  // The driver treats these three as verify-full, with a warning that this may change.
  const isAlias = mode === 'prefer' || mode === 'require' || mode === 'verify-ca';
  if (isAlias && parameters.get('uselibpqcompat') !== 'true') parameters.set('sslmode', 'verify-full');
}

/** The files that the URL names, by parameter. They must be readable. */
export function filesOf(url: string): [parameter: string, path: string][] {
  const { searchParams } = new URL(url);
  return ['sslrootcert', 'sslcert', 'sslkey'].flatMap((name) => {
    const path = searchParams.get(name);
    return path ? [[name, path] as [string, string]] : [];
  });
}
