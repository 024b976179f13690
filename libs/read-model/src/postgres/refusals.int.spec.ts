import {
  asTestAdmin,
  createTestDatabase,
  openTestClient,
  type TestDatabase,
} from '@discord-relay/local-stack';
import { migrate } from '../migrate.js';

const KEY = /^DATABASE_URL: /;

describe('a database that cannot be used', () => {
  let database: TestDatabase;
  beforeAll(async () => (database = await createTestDatabase()));
  afterAll(() => database.drop());

  const with_ = (change: (url: URL) => void): string => {
    const url = new URL(database.url);
    change(url);
    return url.href;
  };

  it.each([
    ['a wrong password', (url: URL) => (url.password = 'wrong-1'), /password is wrong/],
    ['a user that is not there', (url: URL) => (url.username = 'nobody_here'), /password is wrong/],
    [
      'a database that is not there',
      (url: URL) => (url.pathname = '/no_such_base'),
      /does not exist; create it/,
    ],
    [
      'TLS where there is none',
      (url: URL) => url.searchParams.set('sslmode', 'verify-full'),
      /does not speak TLS; .*sslmode=disable/,
    ],
  ])('a database that cannot be used is reported with key and remedy: %s', async (_, change, remedy) => {
    const failure = await migrate(with_(change)).catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'DATABASE.UNUSABLE', retry: 'stop' });
    expect((failure as Error).message).toMatch(KEY);
    expect((failure as Error).message).toMatch(remedy);
    expect((failure as Error).message).not.toContain('wrong-1');
  });

  it('a database that cannot be used is reported with key and remedy: an encoding that is not UTF-8', async () => {
    const name = `latin_${process.pid}`;
    await asTestAdmin(`CREATE DATABASE ${name} ENCODING 'SQL_ASCII' TEMPLATE template0`);
    try {
      await expect(migrate(with_((url) => (url.pathname = `/${name}`)))).rejects.toMatchObject({
        code: 'DATABASE.UNUSABLE',
        message: expect.stringMatching(/^DATABASE_URL: .*SQL_ASCII.*ENCODING 'UTF8'/),
      });
    } finally {
      await asTestAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  it('a database that cannot be used is reported with key and remedy: a role without rights', async () => {
    const role = `guest_${process.pid}`;
    await asTestAdmin(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    try {
      const url = with_((each) => ([each.username, each.password] = [role, 'x']));
      await expect(migrate(url)).rejects.toMatchObject({
        code: 'DATABASE.UNUSABLE',
        message: expect.stringMatching(/^DATABASE_URL: the role lacks a right; GRANT CREATE/),
      });
    } finally {
      await asTestAdmin(`DROP ROLE ${role}`);
    }
  });

  it('a lock that another session holds is reported within seconds, with its owner', async () => {
    const holder = await openTestClient(database.url, { application_name: 'somebody else' });
    await holder.query('SELECT pg_advisory_lock($1::bigint)', [0x72_65_6c_61_79]);
    const failure = await migrate(database.url).catch((error: Error) => error);
    await holder.end();
    expect(failure).toMatchObject({ code: 'DATABASE.LOCKED', retry: 'later' });
    expect((failure as Error).message).toMatch(/migrations waits for process \d+ \(somebody else, /);
    await migrate(database.url);
  });
});
