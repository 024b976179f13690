import { AppError } from '@discord-relay/contracts';
import { asTestAdmin, type TestDatabase, until } from '@discord-relay/local-stack';
import { createLogger, HealthRegistry } from '@discord-relay/platform';
import { createReadModelDatabase } from '../testing/read-model.js';
import { ReadModelDatabase } from './read-model.database.js';

const ONE = { name: 'one', text: 'SELECT 1 AS one', values: [] };

describe('a database that is read', () => {
  let database: TestDatabase;
  let readModel: ReadModelDatabase;

  beforeEach(async () => {
    database = await createReadModelDatabase();
    const logger = createLogger('test', 'test', 'silent');
    readModel = new ReadModelDatabase(
      { url: database.url, poolSize: 1 },
      new HealthRegistry('test', 'test', '0'),
      logger,
    );
    readModel.onModuleInit();
    await until('there is a projection to read', 20_000, async () => {
      return await readModel.rows(ONE).catch(() => undefined);
    });
  });

  afterEach(async () => {
    await readModel.onApplicationShutdown();
    await database.drop();
  });

  it('a connection that ends between two statements of a snapshot fails that snapshot and nothing else', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const interrupted = readModel.snapshot(async (query) => {
      await asTestAdmin(
        `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '${name}'`,
      );
      return query.rows(ONE);
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'SERVICE.UNAVAILABLE' });
    expect(await readModel.snapshot((query) => query.rows(ONE))).toEqual([{ one: 1 }]);
  });

  it('a connection to the database is kept when a read fails, in our code or in Postgres', async () => {
    const pid = { name: 'pid', text: 'SELECT pg_backend_pid() AS pid', values: [] };
    const before = await readModel.rows(pid);
    const refused = { name: 'refused', text: 'SELECT 1 / 0', values: [] };
    for (let i = 0; i < 20; i++) {
      const notFound = readModel.snapshot(async (query) => {
        await query.rows(ONE);
        throw new AppError('CHANNEL.NOT_FOUND');
      });
      await expect(notFound).rejects.toMatchObject({ code: 'CHANNEL.NOT_FOUND' });
      await expect(readModel.snapshot((query) => query.rows(refused))).rejects.toMatchObject({
        code: '22012',
      });
      await expect(readModel.rows(refused)).rejects.toMatchObject({ code: '22012' });
    }
    expect(await readModel.rows(pid)).toEqual(before);
  });
});
