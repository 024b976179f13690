import { readFile } from 'node:fs/promises';
import { ReverseProxy } from '@discord-relay/local-stack';

/** The binaries that `npm test` found; it reports the ones that are missing. */
const BINARIES = { nginx: process.env.NGINX_PATH, haproxy: process.env.HAPROXY_PATH };

export type Proxy = keyof typeof BINARIES;

export const hasProxy = (proxy: Proxy): boolean => BINARIES[proxy] !== undefined;

/** Runs the configuration of docs/proxies.md in front of these two ports; `change` may alter its text. */
export async function documentedProxy(
  proxy: Proxy,
  [one, two]: readonly [number, number],
  change: (config: string) => string = (config) => config,
): Promise<ReverseProxy> {
  const page = await readFile(new URL('../../../../docs/proxies.md', import.meta.url), 'utf8');
  const snippet = new RegExp(`\`\`\`${proxy}\\n([^]*?)\`\`\``).exec(page)![1]!;
  const withPort = (port: number) =>
    change(snippet)
      .replace('127.0.0.1:3000', `127.0.0.1:${one}`)
      .replace('127.0.0.1:3001', `127.0.0.1:${two}`)
      .replace(/(listen|bind) :?8080/, `$1 127.0.0.1:${port}`);
  return await ReverseProxy[proxy](BINARIES[proxy]!, withPort);
}

/** Adds the path prefix `/relay/`, as docs/proxies.md describes. */
export const UNDER_PREFIX: Record<Proxy, (config: string) => string> = {
  nginx: (config) => config.replace('location /', 'location /relay/').replace('//relay;', '//relay/;'),
  haproxy: (config) =>
    config.replace('option forwardfor', 'option forwardfor\n  http-request replace-path /relay/(.*) /\\1'),
};
