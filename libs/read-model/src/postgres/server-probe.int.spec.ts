import { createTestDatabase, openTestPool, type TestDatabase } from '@discord-relay/local-stack';
import { migrate } from '../migrate.js';

describe('a server without ICU', () => {
  let database: TestDatabase;
  beforeAll(async () => (database = await createTestDatabase()));
  afterAll(() => database.drop());

  it('a server without ICU is refused at once, with the reason', async () => {
    const pool = openTestPool(database.url, 1);
    await pool.query('DROP COLLATION pg_catalog."und-x-icu"');
    await pool.end();
    await expect(migrate(database.url)).rejects.toMatchObject({
      code: 'DATABASE.UNUSABLE',
      retry: 'stop',
      message: expect.stringMatching(/^DATABASE_URL: .*"und-x-icu".*built with ICU/) as string,
    });
  });
});
