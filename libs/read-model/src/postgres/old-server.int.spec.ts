import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  createTestDatabase,
  OldPostgres,
  repositoryRoot,
  type TestDatabase,
} from '@discord-relay/local-stack';
import { migrate } from '../migrate.js';

describe('a Postgres that is too old', () => {
  let database: TestDatabase;
  let old: OldPostgres;
  beforeAll(async () => {
    database = await createTestDatabase();
    old = await OldPostgres.before(database.url);
  });
  afterAll(async () => {
    await old?.close();
    await database?.drop();
  });

  it('a Postgres that is too old is refused with key, reason and remedy', async () => {
    await expect(migrate(old.url)).rejects.toMatchObject({
      code: 'DATABASE.UNUSABLE',
      retry: 'stop',
      message: 'DATABASE_URL: the server is Postgres 13; use 14 or newer',
    });
  });

  it('a Postgres that is too old ends the migration with code 78 and a line that says so', async () => {
    const child = spawn(process.execPath, [join(repositoryRoot, 'apps/projector/dist/migrate.bundle.js')], {
      env: { PATH: process.env.PATH, DATABASE_URL: old.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, output }).toMatchObject({
      code: 78,
      output: expect.stringContaining('DATABASE_URL: the server is Postgres 13; use 14 or newer'),
    });
  });
});
