import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import { hopsOfForwarded } from './forwarded-header.js';
import { blockListOf, canonicalAddress, clientNetwork, isListed } from './ip-address.js';

export const PROXY_HEADERS = ['auto', 'x-forwarded-for', 'forwarded'] as const;

export interface ProxyConfig {
  TRUSTED_PROXIES: readonly string[];
  /** The header that the proxies write; `auto`: `X-Forwarded-For` or, in its absence, `Forwarded`. */
  TRUSTED_PROXY_HEADER: (typeof PROXY_HEADERS)[number];
}

/**
 * Determines the address of a client: the nearest hop that is not a trusted proxy, in canonical form. If that hop is not an
 * address (`unknown`, an obfuscated name, garbage), the peer's address is used, so that a client cannot evade its rate limit
 * with invented names.
 */
export class ClientAddresses {
  private readonly proxies: BlockList;
  private readonly header: ProxyConfig['TRUSTED_PROXY_HEADER'];

  constructor({ TRUSTED_PROXIES, TRUSTED_PROXY_HEADER }: ProxyConfig) {
    this.proxies = blockListOf(TRUSTED_PROXIES);
    this.header = TRUSTED_PROXY_HEADER;
  }

  /** `peer`: the other end of the connection. Returns an address, or '' if the connection is already closed. */
  of(peer: string | undefined, headers: IncomingHttpHeaders): string {
    const peerAddress = canonicalAddress(peer ?? '') ?? '';
    let client = peerAddress;
    if (!isListed(this.proxies, client)) return client;
    for (const hop of this.hopsOf(headers).reverse()) {
      const address = addressOfHop(hop);
      if (address === undefined) return peerAddress;
      client = address;
      if (!isListed(this.proxies, client)) break;
    }
    return client;
  }

  /** The network of the client, as {@link clientNetwork} defines it. */
  networkOf({ socket, headers }: IncomingMessage): string {
    return clientNetwork(this.of(socket.remoteAddress, headers));
  }

  /** The hops that the header lists; the nearest one is last. */
  private hopsOf(headers: IncomingHttpHeaders): string[] {
    const forwardedFor = [headers['x-forwarded-for'] ?? []].flat().join(',');
    const forwarded = headers.forwarded ?? '';
    const hopsOfList = () => forwardedFor.split(',').filter((hop) => hop.trim() !== '');
    if (this.header === 'x-forwarded-for') return hopsOfList();
    if (this.header === 'forwarded' || !forwardedFor) return hopsOfForwarded(forwarded);
    return hopsOfList();
  }
}

/** `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`. */
const HOP = /^(?:\[([0-9a-f:.]+)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+):\d{1,5}|([0-9a-f:.]+))$/i;

function addressOfHop(hop: string): string | undefined {
  const [, bracketed, withPort, bare] = HOP.exec(hop.trim()) ?? [];
  return canonicalAddress(bracketed ?? withPort ?? bare ?? '');
}
