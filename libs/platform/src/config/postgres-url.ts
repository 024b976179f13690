import { decoded } from './nats-url.js';

class PostgresUrlError extends Error {}

const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/**
 * Normalizes a URL of Postgres that libpq or node-pg accepts: user and password become percent-encoded, and the folder of a
 * socket goes into `host`. Special characters before the last `@` may also be written unencoded. `sslmode` keeps its
 * current meaning: every mode but `disable` and `no-verify` checks the certificate and the host name. Several hosts go into
 * the parameters `host` and `port`, as lists of equal length, because a URL has one host.
 * @throws PostgresUrlError whose message is a remedy and contains no part of the value
 */
export function normalizePostgresUrl(text: string): string {
  const scheme = /^postgres(?:ql)?:\/\//i.exec(text)?.[0];
  if (!scheme) throw new PostgresUrlError('must be a URL that starts with postgres:// or postgresql://');
  const { userInfo, address, path, query } = split(text.slice(scheme.length));
  const [user, password] = userInfo === undefined ? [] : credentials(userInfo);
  const parameters = new URLSearchParams(query);
  checkSsl(parameters);
  checkTarget(parameters);
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

const HOST = String.raw`\[[0-9a-f:.]+\]|[^:/?#[\]\s@,]*`;
const ONE_HOST = new RegExp(String.raw`^(${HOST})(?::(\d{1,5}))?$`, 'i');
const DEFAULT_PORT = '5432';

function hostOf(address: string, parameters: URLSearchParams): string {
  const named = parameters.get('host') ?? '';
  if (address.includes(',') || named.includes(',')) return hostsOf(address, parameters);
  const host = decoded(address);
  if (host.startsWith('/') || named.startsWith('/')) {
    const [, folder = '', port] = /^(.*?)(?::(\d+))?$/.exec(host.startsWith('/') ? host : named) ?? [];
    parameters.set('host', folder);
    return `localhost${port ? `:${port}` : ''}`;
  }
  if (!ONE_HOST.test(address))
    throw new PostgresUrlError(
      'must have a host and a port of digits after the last @; percent-encode special characters in the password',
    );
  return address || 'localhost';
}

/** The list is in the address, `a:1,b:2`, or in the parameters, `host=a,b&port=1,2`, as libpq accepts both. */
function hostsOf(address: string, parameters: URLSearchParams): string {
  const servers = parameters.get('host') ? namedServers(parameters) : address.split(',');
  const matches = servers.map((server) => ONE_HOST.exec(server));
  if (matches.some((match) => !match?.[1]))
    throw new PostgresUrlError(
      'must have, in a list of hosts, names or addresses with ports of digits, such as a:5432,b:5432; no folders of sockets',
    );
  parameters.set('host', matches.map((match) => match![1]!.replace(/^\[(.*)\]$/, '$1')).join());
  parameters.set('port', matches.map((match) => match![2] ?? DEFAULT_PORT).join());
  return 'localhost';
}

/** A single port applies to all hosts. */
function namedServers(parameters: URLSearchParams): string[] {
  const hosts = parameters.get('host')!.split(',');
  const ports = (parameters.get('port') ?? DEFAULT_PORT).split(',');
  if (ports.length !== 1 && ports.length !== hosts.length)
    throw new PostgresUrlError('must have one port for all hosts, or a port for each');
  const portOf = (i: number) => (ports.length === 1 ? ports[0]! : ports[i]!);
  return hosts.map((host, i) => `${host.includes(':') ? `[${host}]` : host}:${portOf(i)}`);
}

/** Services always use the server that accepts writes, so the parameter may only say that. */
function checkTarget(parameters: URLSearchParams): void {
  const target = parameters.get('target_session_attrs') ?? 'read-write';
  if (target !== 'read-write' && target !== 'primary')
    throw new PostgresUrlError(
      'must have read-write or primary as target_session_attrs, because services write; the parameter may be left out',
    );
  parameters.delete('target_session_attrs');
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
