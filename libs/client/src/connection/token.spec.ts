import fc from 'fast-check';
import { renewalDelayMs, tokenEndMs } from './token.js';

const NOW = 1_800_000_000_000;
const jwt = (claims: unknown) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`;

describe('tokenEndMs', () => {
  it('tokenEndMs reads the expiry of a JWT, whatever else it contains', () => {
    expect(tokenEndMs(jwt({ exp: 1_800_000_000, name: 'Ünïcode ✓' }))).toBe(NOW);
  });

  it('tokenEndMs returns nothing for other tokens and JWTs without an expiry', () => {
    for (const token of ['', 'opaque', 'a.b.c', 'a.@.c', jwt(null), jwt({}), jwt({ exp: 'soon' })])
      expect(tokenEndMs(token)).toBeUndefined();
  });

  it('tokenEndMs never throws, whatever the token', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => void tokenEndMs(`${a}.${b}`)));
  });
});

describe('renewalDelayMs', () => {
  it('a token is renewed a minute before its expiry, or in the last fifth of a short lifetime', () => {
    expect(renewalDelayMs(NOW + 900_000, NOW)).toBe(840_000);
    expect(renewalDelayMs(NOW + 10_000, NOW)).toBe(8_000);
  });

  it('the delay of a renewal is between a second and the longest timer delay', () => {
    expect(renewalDelayMs(NOW - 5_000, NOW)).toBe(1_000);
    expect(renewalDelayMs(NOW + 1e13, NOW)).toBe(2 ** 31 - 1);
  });
});
