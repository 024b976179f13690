import { formatAudit } from './audit.js';
import { formatTokens } from './tokens.js';

const token = {
  id: 'a',
  name: 'export',
  role: 'analyst' as const,
  guilds: null,
  createdBy: 'cli:ada',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-04-01T00:00:00.000Z',
  revokedAt: null,
};
const squeezed = (text: string) => text.split('\n').map((line) => line.replace(/ +/g, ' '));

it('the list of tokens shows tokens with their role, their guilds and their state', () => {
  const revokedAt = '2026-02-01T00:00:00.000Z';
  const list = [token, { ...token, guilds: ['7', '8'] }, { ...token, revokedAt }];
  expect(squeezed(formatTokens(list.slice(0, 1), Date.parse('2026-03-01')))[1]).toBe(
    'a export analyst all cli:ada 2026-04-01T00:00:00.000Z valid',
  );
  const states = squeezed(formatTokens(list, Date.parse('2026-05-01'))).slice(1);
  expect(states[1]).toBe('a export analyst 7 8 cli:ada 2026-04-01T00:00:00.000Z expired');
  expect(states[2]).toMatch(/ revoked 2026-02-01T00:00:00.000Z$/);
  expect(formatTokens([], 0)).toBe('there are no tokens');
});

it('the audit log listing shows recorded actions, done or refused', () => {
  const done = {
    id: '7',
    at: '2026-01-01T00:00:00.000Z',
    action: 'token.created',
    actor: 'cli:ada',
    address: '::1',
    target: 'a',
    code: null,
    requestId: null,
    count: 1,
  };
  const refused = { ...done, action: 'access.refused', actor: null, code: 'AUTH.TOKEN_INVALID', count: 3 };
  expect(squeezed(formatAudit([done, refused])).slice(1)).toEqual([
    '7 2026-01-01T00:00:00.000Z token.created cli:ada ::1 a done',
    '7 2026-01-01T00:00:00.000Z access.refused - ::1 a AUTH.TOKEN_INVALID 3 times',
  ]);
  expect(formatAudit([])).toBe('no records');
});
