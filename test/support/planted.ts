import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Every planted secret contains this; no output may. */
export const MARK = `pl4nted${randomBytes(4).toString('hex')}`;

/** A unique secret that says where it was planted. */
export const planted = (where: string): string => `${MARK}-${where}`;

/** 32 bytes whose base64 is searched for as well. */
export const PLANTED_KEY = Buffer.from(MARK.padEnd(32, 'k')).toString('base64');

/** The places of a mark, or any other secret, in a text, with their surroundings. */
export function leaksIn(source: string, text: string, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) => {
    const at = text.indexOf(secret);
    return at === -1 ? [] : [`${source}: …${text.slice(Math.max(0, at - 300), at + secret.length + 60)}…`];
  });
}

export interface Operation {
  method: string;
  path: string;
}

/** Every documented endpoint, with a mark for each parameter of its path. */
export function plantedOperations(): Operation[] {
  const file = new URL('../../docs/openapi.json', import.meta.url);
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, object> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, planted('path')),
    })),
  );
}

/** A mark in every header but X-Request-Id, which is a name that clients give a request to find it in the log. */
export const plantedHeaders = (authorization: string): Record<string, string> => ({
  authorization,
  cookie: `relay_refresh=${planted('refresh')}; relay_login=${planted('login')}; relay_access=${planted('access')}`,
  'user-agent': planted('user-agent'),
  'x-forwarded-for': planted('forwarded'),
  'x-api-key': planted('api-key'),
  'last-event-id': planted('last-event-id'),
  'if-none-match': `"${planted('etag')}"`,
  traceparent: planted('traceparent'),
  tracestate: `a=${planted('tracestate')}`,
  referer: `http://u:${planted('referer')}@127.0.0.1/`,
});

export const PLANTED_QUERY = new URLSearchParams(
  ['q', 'limit', 'before', 'after', 'cursor', 'guild', 'token', 'code', 'state', 'user', 'return_to'].map(
    (name) => [name, planted(`query-${name}`)],
  ),
).toString();

export const PLANTED_BODY = JSON.stringify(
  Object.fromEntries(
    ['url', 'secret', 'token', 'description', 'role', 'ttlS', 'guildId', 'types'].map((name) => [
      name,
      planted(`body-${name}`),
    ]),
  ),
);
