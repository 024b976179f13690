import type { IncomingHttpHeaders } from 'node:http';
import { blockListOf, canonicalAddress, isListed } from './ip-address.js';

const LOOPBACK = blockListOf(['127.0.0.0/8', '::1']);

/** What proxies add: a request that came through one was asked for by somebody else than the peer. */
const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'] as const;

/**
 * Whether a request was made on this machine, for this machine, and by no page of another site: a loopback peer without a
 * proxy, and loopback names only in `Host` (a name that an attacker's DNS points here is another one) and `Origin`.
 */
export function isFromThisMachine(peer: string | undefined, headers: IncomingHttpHeaders): boolean {
  if (!isLoopbackAddress(peer ?? '') || FORWARDED.some((name) => headers[name] !== undefined)) return false;
  const { host, origin } = headers;
  return isLoopbackUrl(`http://${host ?? ''}`) && (origin === undefined || isLoopbackUrl(origin));
}

function isLoopbackAddress(address: string): boolean {
  return isListed(LOOPBACK, canonicalAddress(address) ?? '');
}

function isLoopbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname } = new URL(text);
  return /^(.+\.)?localhost\.?$/.test(hostname) || isLoopbackAddress(hostname.replace(/^\[(.*)\]$/, '$1'));
}
