import { ACCESS_TOKEN_LIFETIME_S, Authorizations, type Grant } from './authorizations.js';

const NOW = 1_000_000;
const HOME = 'http://localhost/back';
const grant: Grant = { userId: '1', clientId: '9', scopes: new Set(['identify']) };
let authorizations: Authorizations;
const login = (of: Grant = grant) =>
  authorizations.exchange(
    authorizations.allow(of, HOME, NOW),
    { clientId: of.clientId, redirectUri: HOME },
    NOW,
  )!;

beforeEach(() => void (authorizations = new Authorizations()));

describe('authorizations', () => {
  it('an authorization code is exchanged once, for its own client and redirect, within ten minutes', () => {
    const code = () => authorizations.allow(grant, HOME, NOW);
    expect(authorizations.exchange(code(), { clientId: '8', redirectUri: HOME }, NOW)).toBeNull();
    expect(authorizations.exchange(code(), { clientId: '9', redirectUri: `${HOME}/` }, NOW)).toBeNull();
    expect(authorizations.exchange(code(), { clientId: '9', redirectUri: HOME }, NOW + 600_000)).toBeNull();
    expect(authorizations.exchange('invented', { clientId: '9', redirectUri: HOME }, NOW)).toBeNull();
    const good = code();
    expect(authorizations.exchange(good, { clientId: '9', redirectUri: HOME }, NOW + 599_999)?.grant).toBe(
      grant,
    );
    expect(authorizations.exchange(good, { clientId: '9', redirectUri: HOME }, NOW)).toBeNull();
  });

  it('an access token is valid for a week', () => {
    const { accessToken } = login();
    const endMs = NOW + ACCESS_TOKEN_LIFETIME_S * 1000;
    expect(authorizations.find(accessToken, endMs - 1)).toBe(grant);
    expect(authorizations.find(accessToken, endMs)).toBeNull();
  });

  it('a refresh token is accepted once, for its own client', () => {
    const { accessToken, refreshToken } = login();
    expect(authorizations.expireAccess()).toBe(1);
    expect(authorizations.find(accessToken, NOW)).toBeNull();
    expect(authorizations.renew(refreshToken, '8', NOW)).toBeNull();
    const renewed = authorizations.renew(refreshToken, '9', NOW);
    expect(authorizations.find(renewed!.accessToken, NOW)).toBe(grant);
    expect(authorizations.renew(refreshToken, '9', NOW)).toBeNull();
  });

  it('any token of a user for an application revokes all of them, and nobody else’s', () => {
    const first = login();
    const second = login();
    const other = login({ ...grant, userId: '2' });
    const elsewhere = login({ ...grant, clientId: '8' });
    authorizations.revoke(first.accessToken, '8');
    expect(authorizations.find(first.accessToken, NOW)).toBe(grant);
    authorizations.revoke(second.refreshToken, '9');
    expect(authorizations.find(first.accessToken, NOW)).toBeNull();
    expect(authorizations.renew(first.refreshToken, '9', NOW)).toBeNull();
    expect(authorizations.find(other.accessToken, NOW)?.userId).toBe('2');
    expect(authorizations.find(elsewhere.accessToken, NOW)?.clientId).toBe('8');
  });
});
