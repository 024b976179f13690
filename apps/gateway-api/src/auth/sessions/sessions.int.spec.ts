import fc from 'fast-check';
import type { TestDatabase } from '@discord-relay/local-stack';
import type { AppError } from '@discord-relay/contracts';
import { createLogger } from '@discord-relay/platform';
import { RelayDatabase } from '../../database/relay.database.js';
import { createReadModelDatabase } from '../../testing/read-model.js';
import { type Session, Sessions } from './sessions.js';

const USER = { id: '42', username: 'ada', avatar: null };
const SECRET = 'a secret for tests that is long enough';

let admin: TestDatabase;
let database: RelayDatabase;
let sessions: Sessions;

beforeAll(async () => {
  admin = await createReadModelDatabase();
  database = new RelayDatabase(admin.url, createLogger('test', 'test', 'silent'));
  sessions = new Sessions(database, SECRET, 30);
});

afterAll(async () => {
  await database.close();
  await admin.drop();
});

const run = (text: string) => database.rows({ name: text.slice(0, 60), text, values: [] });
const refreshed = async (token: string): Promise<Session> => {
  const answer = await sessions.refresh(token);
  if (answer.result === 'reused') throw new Error('the session has ended');
  return answer.session;
};
/** After the time in which a previous token is accepted. */
const later = () => run(`UPDATE sessions SET rotated_at = rotated_at - interval '11 seconds'`);
const ended = { code: 'AUTH.SESSION_ENDED' };

describe('Sessions', () => {
  it('the refresh token changes with every use, and nothing else does', async () => {
    const first = await sessions.create(USER);
    const second = await refreshed(first.refreshToken);
    const third = await refreshed(second.refreshToken);
    expect(new Set([first, second, third].map((each) => each.refreshToken)).size).toBe(3);
    expect(third).toEqual({ ...first, refreshToken: third.refreshToken });
  });

  it('only hashes of refresh tokens are stored', async () => {
    const { refreshToken } = await sessions.create(USER);
    const stored = JSON.stringify(await run('SELECT s::text FROM sessions s'));
    const hex = (part: string) => Buffer.from(part, 'base64url').toString('hex');
    for (const part of refreshToken.split('.')) {
      expect(stored).not.toContain(part);
      expect(stored).not.toContain(hex(part));
    }
  });

  it('two tabs that refresh at once, and a tab that repeats a request, get the same successor token', async () => {
    const { refreshToken } = await sessions.create(USER);
    const answers = await Promise.all(Array.from({ length: 6 }, () => refreshed(refreshToken)));
    answers.push(await refreshed(refreshToken));
    expect(new Set(answers.map((each) => each.refreshToken)).size).toBe(1);
    expect((await refreshed(answers[0]!.refreshToken)).id).toBe(answers[0]!.id);
  });

  it('a used token that is used again ends the session, also for the owner of the newest one', async () => {
    const first = await sessions.create(USER);
    const second = await refreshed(first.refreshToken);
    await later();
    expect(await sessions.refresh(first.refreshToken)).toEqual({
      result: 'reused',
      sessionId: first.id,
      userId: USER.id,
    });
    await expect(sessions.refresh(second.refreshToken)).rejects.toMatchObject(ended);
  });

  it('any used token ends the session when it is used again, however old it is, also at once', async () => {
    const first = await sessions.create(USER);
    const second = await refreshed(first.refreshToken);
    await refreshed(second.refreshToken);
    expect(await sessions.refresh(first.refreshToken)).toMatchObject({ result: 'reused' });
  });

  it('a token with an unknown family does nothing', async () => {
    const { refreshToken } = await sessions.create(USER);
    const [family, secret] = refreshToken.split('.');
    for (const token of [`${secret}.${family}`, 'x', '', `${family}.`, `${refreshToken}.x`])
      await expect(sessions.refresh(token)).rejects.toMatchObject(ended);
    await refreshed(refreshToken);
  });

  it('a session expires, and can be ended', async () => {
    const old = await sessions.create(USER);
    await run(`UPDATE sessions SET expires_at = now() WHERE id = '${old.id}'`);
    await expect(sessions.refresh(old.refreshToken)).rejects.toMatchObject(ended);
    const left = await sessions.create(USER);
    expect(await sessions.revoke(left.refreshToken)).toEqual({ sessionId: left.id, userId: USER.id });
    expect(await sessions.revoke(left.refreshToken)).toBeUndefined();
    await expect(sessions.refresh(left.refreshToken)).rejects.toMatchObject(ended);
  });

  it('a session accepts the newest token and briefly its predecessor, and ends with any other, in any order', async () => {
    const steps = fc.array(fc.oneof(fc.nat(6), fc.constant('later' as const)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const tokens = [(await sessions.create(USER)).refreshToken];
        let repeatable = -1;
        let isOver = false;
        for (const step of sequence) {
          if (step === 'later') {
            await later();
            repeatable = -1;
            continue;
          }
          const newest = tokens.length - 1;
          const back = Math.min(step, newest);
          const index = newest - back;
          const answer = await sessions.refresh(tokens[index]!).catch((error: AppError) => error.code);
          if (isOver) expect(answer).toBe('AUTH.SESSION_ENDED');
          else if (back === 0) {
            expect(answer).toMatchObject({ result: 'rotated' });
            tokens.push((answer as { session: Session }).session.refreshToken);
            repeatable = index;
          } else if (index === repeatable) {
            expect(answer).toMatchObject({ result: 'repeated', session: { refreshToken: tokens[newest] } });
          } else {
            expect(answer).toMatchObject({ result: 'reused' });
            isOver = true;
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('sessions that ended over a day ago are removed, and no others', async () => {
    await run('DELETE FROM sessions');
    const lines = await Promise.all([0, 1, 2].map(() => sessions.create(USER)));
    await sessions.revoke(lines[1]!.refreshToken);
    await run(`UPDATE sessions SET revoked_at = now() - interval '25 hours' WHERE id = '${lines[1]!.id}'`);
    await sessions.revoke(lines[2]!.refreshToken);
    await sessions.deleteEnded();
    const rows = (await run('SELECT id FROM sessions')) as { id: string }[];
    expect(rows.map(({ id }) => id).sort()).toEqual([lines[0]!.id, lines[2]!.id].sort());
  });
});
