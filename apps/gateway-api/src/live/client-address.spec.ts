import { clientAddress, proxyList } from './client-address.js';

const proxies = proxyList(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);

describe('clientAddress', () => {
  it.each([
    ['a client of its own', '203.0.113.1', undefined, '203.0.113.1'],
    ['a client that only says it is behind a proxy', '203.0.113.1', '198.51.100.9', '203.0.113.1'],
    ['a client behind a proxy', '10.1.2.3', '203.0.113.1', '203.0.113.1'],
    ['a client behind two', '10.1.2.3', '203.0.113.1, 192.0.2.7', '203.0.113.1'],
    ['what a client made up before a proxy', '10.1.2.3', '1.1.1.1, 203.0.113.1', '203.0.113.1'],
    ['IPv4 over IPv6', '::ffff:10.1.2.3', '203.0.113.1', '203.0.113.1'],
    ['an IPv6 proxy', 'fd00::1', '2001:db8::1', '2001:db8::1'],
    ['the proxy itself', '10.1.2.3', undefined, '10.1.2.3'],
    ['garbage', '10.1.2.3', 'garbage', 'garbage'],
  ])('is that of %s', (_, remote, forwarded, expected) =>
    expect(clientAddress(remote, forwarded, proxies)).toBe(expected),
  );
});
