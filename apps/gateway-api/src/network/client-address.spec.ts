import fc from 'fast-check';
import { isIP } from 'node:net';
import { ClientAddresses, type ProxyConfig } from './client-address.js';

const addresses = (header: ProxyConfig['TRUSTED_PROXY_HEADER'] = 'auto') =>
  new ClientAddresses({
    TRUSTED_PROXIES: ['10.0.0.0/8', '192.0.2.7', 'fd00::/8'],
    TRUSTED_PROXY_HEADER: header,
  });

describe('the address of a client', () => {
  it.each([
    ['a client without a proxy', '203.0.113.1', undefined, '203.0.113.1'],
    ['a client that only claims to be behind a proxy', '203.0.113.1', '198.51.100.9', '203.0.113.1'],
    ['a client behind a proxy', '10.1.2.3', '203.0.113.1', '203.0.113.1'],
    ['a client behind two proxies', '10.1.2.3', '203.0.113.1, 192.0.2.7', '203.0.113.1'],
    ['a client that invents a hop before its proxy', '10.1.2.3', '1.1.1.1, 203.0.113.1', '203.0.113.1'],
    ['IPv4 over IPv6', '::ffff:10.1.2.3', '203.0.113.1', '203.0.113.1'],
    ['IPv4 over IPv6 in hexadecimal', '10.1.2.3', '::FFFF:cb00:7101', '203.0.113.1'],
    ['an IPv6 proxy', 'fd00::1', '2001:db8::1', '2001:db8::1'],
    ['IPv6 in its long spelling', 'fd00::1', '2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['IPv6 with a zone', 'fe80::1%eth0', undefined, 'fe80::1'],
    ['IPv4 with a port', '10.1.2.3', '203.0.113.7:51234', '203.0.113.7'],
    ['IPv6 in brackets', '10.1.2.3', '[2001:db8::1]', '2001:db8::1'],
    ['IPv6 in brackets with a port', '10.1.2.3', '[2001:DB8::1]:51234', '2001:db8::1'],
    ['the proxy itself, without a header', '10.1.2.3', undefined, '10.1.2.3'],
    ['the proxy itself, with an empty header', '10.1.2.3', ' , ', '10.1.2.3'],
    ['the proxy, where the hop is garbage', '10.1.2.3', 'garbage', '10.1.2.3'],
    ['the proxy, where the nearest hop is garbage', '10.1.2.3', '203.0.113.1, unknown', '10.1.2.3'],
    ['the proxy, where the hop has leading zeros', '10.1.2.3', '203.0.113.01', '10.1.2.3'],
    ['the proxy, where the hop has no end', '10.1.2.3', '[2001:db8::1', '10.1.2.3'],
    ['the peer, where a hop before a trusted one is garbage', '10.1.2.3', 'x, 192.0.2.7', '10.1.2.3'],
  ])('the address of a client is that of %s', (_, peer, forwardedFor, expected) =>
    expect(addresses().of(peer, { 'x-forwarded-for': forwardedFor })).toBe(expected),
  );

  it.each([
    ['for=203.0.113.1', '203.0.113.1'],
    ['proto=https;For="203.0.113.1:51234";by=10.1.2.3', '203.0.113.1'],
    ['for="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for=1.1.1.1, for=203.0.113.1;proto=http, for=192.0.2.7', '203.0.113.1'],
    ['for="a, for=1.1.1.1", for=203.0.113.1', '203.0.113.1'],
    ['for=unknown', '10.1.2.3'],
    ['for=_hidden', '10.1.2.3'],
    ['for=203.0.113.1, proto=https', '10.1.2.3'],
    ['for="203.0.113.1', '10.1.2.3'],
    ['', '10.1.2.3'],
  ])('the address of a client is read from Forwarded: %s', (forwarded, expected) =>
    expect(addresses().of('10.1.2.3', { forwarded })).toBe(expected),
  );

  it('the address of a client is read from the header of the proxies, and from no other that a client may add', () => {
    const headers = { 'x-forwarded-for': '203.0.113.1', forwarded: 'for=198.51.100.9' };
    expect(addresses('auto').of('10.1.2.3', headers)).toBe('203.0.113.1');
    expect(addresses('x-forwarded-for').of('10.1.2.3', headers)).toBe('203.0.113.1');
    expect(addresses('forwarded').of('10.1.2.3', headers)).toBe('198.51.100.9');
    expect(addresses('x-forwarded-for').of('10.1.2.3', { forwarded: 'for=198.51.100.9' })).toBe('10.1.2.3');
    expect(addresses('forwarded').of('10.1.2.3', { 'x-forwarded-for': '1.1.1.1' })).toBe('10.1.2.3');
  });

  it('the address of a client is always a valid one, whatever a client sends', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[\d.:,[\]"a-f=;\\ ]*$/));
    fc.assert(
      fc.property(text, text, (forwardedFor, forwarded) => {
        const client = addresses().of('10.1.2.3', { 'x-forwarded-for': forwardedFor, forwarded });
        expect(isIP(client)).not.toBe(0);
      }),
    );
  });
});
