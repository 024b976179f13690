import type { IncomingHttpHeaders } from 'node:http';
import { blockListOf, canonicalAddress, isListed } from './ip-address.js';

const LOOPBACK = blockListOf(['127.0.0.0/8', '::1']);

/** Headers that proxies add. If any is present, the peer is a proxy and not the client. */
const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'] as const;

/**
 * Whether a request comes from this machine and not from a page of another site: a loopback peer without a proxy, and only
 * loopback names in `Host` (an attacker's DNS may point another name here) and `Origin`.
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
