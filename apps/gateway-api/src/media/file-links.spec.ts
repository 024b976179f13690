import type { Principal } from '../access/principal.js';
import { FileLinks } from './file-links.js';

const NOW_MS = 1_700_000_000_000;
const PLACE = { messageId: '1', attachmentId: '2' };
const VIEWER: Principal = { id: '7', role: 'viewer', expiresAtMs: NOW_MS + 60_000 };
const links = new FileLinks('a secret that is long enough for this');
const ticketOf = (principal: Principal, by = links) =>
  new URL(by.linkTo(PLACE, principal, NOW_MS).url, 'http://x/').searchParams.get('ticket');

describe('FileLinks', () => {
  it('a link has the rights of the caller, and nothing else of them', () => {
    const principal: Principal = {
      ...{ ...VIEWER, username: 'ada', credential: 'token:1' },
      guilds: new Set(['5']),
    };
    const { username: _, ...rights } = principal;
    expect(links.principalOf(PLACE, ticketOf(principal), NOW_MS)).toEqual(rights);
  });

  it.each([
    ['when the token of the caller does', VIEWER, 60_000],
    ['after 15 minutes if the token lasts longer', { ...VIEWER, expiresAtMs: NOW_MS + 9e9 }, 900_000],
    [
      'after 15 minutes for a log-in, which renews its token',
      { ...VIEWER, credential: 'session:1' },
      900_000,
    ],
  ])('a link ends %s', (_, principal, validMs) => {
    const { expiresAt } = links.linkTo(PLACE, principal, NOW_MS);
    expect(expiresAt.getTime() - NOW_MS).toBe(validMs);
    const ticket = ticketOf(principal);
    expect(links.principalOf(PLACE, ticket, NOW_MS + validMs - 1).id).toBe('7');
    expect(() => links.principalOf(PLACE, ticket, NOW_MS + validMs)).toThrow(
      expect.objectContaining({ code: 'AUTH.TOKEN_EXPIRED' }),
    );
  });

  it('a link is refused for another attachment, with another secret, and when it was changed', () => {
    const ticket = ticketOf(VIEWER)!;
    const invalid = expect.objectContaining({ code: 'AUTH.TOKEN_INVALID' }) as Error;
    const [payload, signature] = ticket.split('.');
    const admin = Buffer.from(JSON.stringify({ ...VIEWER, role: 'admin' })).toString('base64url');
    for (const each of [`${admin}.${signature}`, payload!, `${payload}.`, `.${signature}`, 'x.y'])
      expect(() => links.principalOf(PLACE, each, NOW_MS)).toThrow(invalid);
    for (const place of [
      { ...PLACE, messageId: '3' },
      { ...PLACE, attachmentId: '3' },
    ])
      expect(() => links.principalOf(place, ticket, NOW_MS)).toThrow(invalid);
    const other = ticketOf(VIEWER, new FileLinks('another secret that is long enough'));
    expect(() => links.principalOf(PLACE, other, NOW_MS)).toThrow(invalid);
    for (const none of [undefined, '', ['a', 'b']])
      expect(() => links.principalOf(PLACE, none, NOW_MS)).toThrow(
        expect.objectContaining({ code: 'AUTH.TOKEN_MISSING' }),
      );
  });
});
