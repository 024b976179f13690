import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { tokenFor as sign, SECRET } from '../../testing/tokens.js';
import { JwtVerifier } from './jwt-verifier.js';
import { bearerToken } from './token-verifier.js';

const config = {
  JWT_SECRET: SECRET,
  JWT_ISSUER: 'discord-relay',
  JWT_AUDIENCE: 'discord-relay',
  JWT_CLOCK_TOLERANCE_S: 0,
};
const verifier = new JwtVerifier(config);

describe('JwtVerifier', () => {
  it('JwtVerifier returns the principal of a token', async () => {
    const principal = await verifier.verify(await sign({ role: 'analyst', guilds: ['1', '2'] }));
    expect(principal).toMatchObject({ id: 'user-1', role: 'analyst', guilds: new Set(['1', '2']) });
    expect((await verifier.verify(await sign({ role: 'viewer' }))).guilds).toBeUndefined();
  });

  it('JwtVerifier reports an expired token as expired', async () => {
    const token = await sign({ role: 'viewer' }, -1);
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'AUTH.TOKEN_EXPIRED' });
  });

  it('JwtVerifier tolerates small clock differences, in both directions', async () => {
    const lenient = new JwtVerifier({ ...config, JWT_CLOCK_TOLERANCE_S: 5 });
    const early = (seconds: number) =>
      sign({ role: 'viewer', nbf: Math.floor(Date.now() / 1_000) + seconds }, 60);
    await lenient.verify(await sign({ role: 'viewer' }, -2));
    await lenient.verify(await early(3));
    await expect(lenient.verify(await sign({ role: 'viewer' }, -60))).rejects.toMatchObject({
      code: 'AUTH.TOKEN_EXPIRED',
    });
    await expect(lenient.verify(await early(60))).rejects.toMatchObject({
      code: 'AUTH.TOKEN_NOT_YET_VALID',
      retryable: true,
    });
  });

  const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"a","role":"admin","exp":9999999999}')}.`;
  it.each([
    ['garbage', 'abc'],
    ['half a token', '.e30.'],
    ['an endless string', 'a'.repeat(20_000)],
    ['an unsigned token', unsigned.replaceAll('=', '')],
  ])('JwtVerifier rejects %s', async (_, token) => {
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'AUTH.TOKEN_INVALID' });
  });

  it.each([
    ['another secret', () => sign({ role: 'viewer' }, 60, `${SECRET}!`)],
    ['an unknown role', () => sign({ role: 'root' })],
    ['no role', () => sign({})],
    ['guilds that are no ids', () => sign({ role: 'viewer', guilds: ['x'] })],
    ['another audience', () => sign({ role: 'viewer' }, 60, SECRET, { audience: 'other' })],
    ['another issuer', () => sign({ role: 'viewer' }, 60, SECRET, { issuer: 'other' })],
    ['no expiry', () => sign({ role: 'viewer' }, undefined, SECRET, { expires: false })],
  ])('JwtVerifier rejects a token with %s', async (_, make) => {
    await expect(verifier.verify(await make())).rejects.toMatchObject({ code: 'AUTH.TOKEN_INVALID' });
  });
});

describe('bearerToken', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer  abc ', 'abc'],
    ['Basic abc', undefined],
    ['Bearer', undefined],
    [undefined, undefined],
  ])('a bearer token is read from %p', (header, token) => expect(bearerToken(header)).toBe(token));
});

describe('JwtVerifier with a key server', () => {
  const keys = createServer();
  let url: string;
  let privateKey: CryptoKey;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256');
    privateKey = pair.privateKey;
    const body = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' }] });
    keys.on('request', (request, response) => {
      response.statusCode = request.url === '/keys' ? 200 : 500;
      response.end(body);
    });
    await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(keys.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    keys.close();
    keys.closeAllConnections();
  });

  const withKeys = (path: string) =>
    new JwtVerifier({ ...config, JWT_SECRET: undefined, JWT_JWKS_URL: `${url}${path}` });
  const signed = (claims: Record<string, unknown> = {}, issuer = 'discord-relay') =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setSubject('u')
      .setIssuer(issuer)
      .setAudience('discord-relay')
      .setExpirationTime('1m')
      .sign(privateKey);

  it('JwtVerifier accepts a token signed with a published key', async () => {
    expect(await withKeys('/keys').verify(await signed())).toMatchObject({ id: 'u' });
  });

  it('JwtVerifier accepts its own tokens beside the provider’s, each with its own key and issuer', async () => {
    const both = new JwtVerifier({ ...config, JWT_JWKS_URL: `${url}/keys`, JWT_JWKS_ISSUER: 'https://id' });
    const other = await signed({}, 'https://id');
    expect(await both.verify(other)).toMatchObject({ id: 'u', role: 'viewer' });
    expect(await both.verify(await sign({ role: 'admin' }))).toMatchObject({ role: 'admin' });
    await expect(both.verify(await signed())).rejects.toMatchObject({ code: 'AUTH.TOKEN_INVALID' });
  });

  it('JwtVerifier takes the Discord user from the provider’s token, but no session of ours', async () => {
    const claims = { discord_user_id: '42', sid: 'theirs', username: 7 };
    const principal = await withKeys('/keys').verify(await signed(claims));
    expect(principal).toEqual({ id: '42', role: 'viewer', expiresAtMs: expect.any(Number) as number });
    const odd = await signed({ discord_user_id: 'x' });
    await expect(withKeys('/keys').verify(odd)).rejects.toMatchObject({ code: 'AUTH.TOKEN_INVALID' });
  });

  it('JwtVerifier with a key server rejects HS256, whatever the token is signed with', async () => {
    const token = await sign({ role: 'admin' });
    await expect(withKeys('/keys').verify(token)).rejects.toMatchObject({ code: 'AUTH.TOKEN_INVALID' });
  });

  it('JwtVerifier reports that it cannot verify when the keys are unavailable', async () => {
    const expected = { code: 'SERVICE.UNAVAILABLE', retryable: true };
    await expect(withKeys('/broken').verify(await signed())).rejects.toMatchObject(expected);
    const nobody = new JwtVerifier({
      ...config,
      JWT_SECRET: undefined,
      JWT_JWKS_URL: 'http://127.0.0.1:1/',
    });
    await expect(nobody.verify(await signed())).rejects.toMatchObject(expected);
  });
});
