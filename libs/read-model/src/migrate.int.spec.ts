import { createTestDatabase, openTestClient, type TestDatabase, until } from '@discord-relay/local-stack';
import type pg from 'pg';
import { activeProjection } from './active-projection.js';
import { createReadModelDataSource, createReadModelPool, createRelayDataSource } from './connection.js';
import { createProjection, migrate } from './migrate.js';
import { activate, dropProjection, listProjections, markReady } from './projection-registry.js';
import { SHAPE } from './migrations/projection/index.js';
import { PROJECTION_VERSION, projectionSchema } from './schema.js';
import { MESSAGES, type RowOf } from './tables/index.js';

const schema = projectionSchema(PROJECTION_VERSION);

describe('migrate', () => {
  let database: TestDatabase;
  let admin: pg.Client;

  beforeEach(async () => {
    database = await createTestDatabase();
    admin = await openTestClient(database.url);
  });

  afterEach(async () => {
    await admin.end();
    await database.drop();
  });

  const tablesIn = async (name: string): Promise<string[]> => {
    const { rows } = await admin.query<{ table_name: string }>(
      'SELECT table_name FROM information_schema.tables WHERE table_schema = $1 ORDER BY 1',
      [name],
    );
    return rows.map((row) => row.table_name);
  };

  it('a migration makes the first projection the active one', async () => {
    expect(await activeProjection(admin)).toBeNull();
    await migrate(database.url);
    expect(await activeProjection(admin)).toEqual({ version: PROJECTION_VERSION, schema, shape: SHAPE });
  });

  it('a migration lets several services start at once and leaves existing tables unchanged', async () => {
    // On a slow machine the wait for the lock may be too short; a service is then started again.
    const start = () => until('migrated', 60_000, () => migrate(database.url).then(() => true));
    await Promise.all([start(), start(), start()]);
    await admin.query(`INSERT INTO ${schema}.feed_heads VALUES ('c:1', 5, 1)`);
    await migrate(database.url);
    const { rows } = await admin.query(`SELECT feed FROM ${schema}.feed_heads`);
    expect(rows).toEqual([{ feed: 'c:1' }]);
  });

  it('a migration leaves a projection of another shape unchanged, and builds beside it on request', async () => {
    await migrate(database.url);
    await admin.query(`UPDATE relay.projections SET shape = ${SHAPE - 1}`);
    await admin.query(`DELETE FROM ${schema}.migrations WHERE name LIKE 'AddReactions%'`);
    await migrate(database.url);
    expect(await listProjections(admin)).toMatchObject([{ version: 1, shape: SHAPE - 1, state: 'active' }]);
    expect(await createProjection(database.url)).toEqual({ version: 2, created: true });
    expect(await createProjection(database.url)).toEqual({ version: 2, created: false });
    expect(await listProjections(admin)).toMatchObject([
      { version: 1, state: 'active' },
      { version: 2, schema: 'projection_v2', shape: SHAPE, state: 'building', activatedAt: null },
    ]);
    expect(await tablesIn('projection_v2')).toEqual(await tablesIn(schema));
  });

  it('a rebuild keeps the previous projection for a rollback, and drops only inactive ones', async () => {
    await migrate(database.url);
    await createProjection(database.url);
    await markReady(admin, 2);
    await admin.query('BEGIN');
    await activate(admin, 2);
    await admin.query('COMMIT');
    expect((await listProjections(admin)).map(({ state }) => state)).toEqual(['retired', 'active']);
    await expect(dropProjection(admin, 2)).rejects.toMatchObject({ code: 'PROJECTION.IN_USE' });
    await expect(dropProjection(admin, 9)).rejects.toMatchObject({ code: 'PROJECTION.NOT_FOUND' });
    await dropProjection(admin, 1);
    expect((await listProjections(admin)).map(({ version }) => version)).toEqual([2]);
    expect(await tablesIn(schema)).toEqual([]);
    await migrate(database.url);
    expect(await activeProjection(admin)).toMatchObject({ version: 2, schema: 'projection_v2' });
  });

  it('two projections are never active at once', async () => {
    await migrate(database.url);
    const second = admin.query(
      `INSERT INTO relay.projections (version, schema, active) VALUES (2, 'x', true)`,
    );
    await expect(second).rejects.toMatchObject({ code: '23505' });
  });

  it('every migration runs up, down and up again', async () => {
    await migrate(database.url);
    const before = { projection: await tablesIn(schema), relay: await tablesIn('relay') };
    expect(before.projection).toEqual(expect.arrayContaining(['changes_default', 'messages', 'parked']));
    for (const source of [
      createReadModelDataSource({ url: database.url, schema }),
      createRelayDataSource(database.url),
    ]) {
      await source.initialize();
      for (const _ of source.migrations) await source.undoLastMigration();
      await source.destroy();
    }
    expect(await tablesIn(schema)).toEqual(['migrations']);
    expect(await tablesIn('relay')).toEqual(['migrations']);
    await migrate(database.url);
    expect({ projection: await tablesIn(schema), relay: await tablesIn('relay') }).toEqual(before);
  });

  it('the database driver returns ids as strings and sequences as numbers', async () => {
    await migrate(database.url);
    await admin.query(
      `INSERT INTO ${schema}.messages (id, channel_id, guild_id, created_at, partial, seq)
       VALUES (9223372036854775807, 2, 1, now(), true, 42)`,
    );
    const source = await createReadModelDataSource({ url: database.url, schema }).initialize();
    const message = await source.getRepository<RowOf<typeof MESSAGES>>(MESSAGES.name).findOneByOrFail({});
    await source.destroy();
    expect(message).toMatchObject({ id: '9223372036854775807', seq: 42, flags: null, content: null });
    expect(message.created_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('a connection finds the tables of the schema through the search path, besides options in the URL', async () => {
    await migrate(database.url);
    const url = new URL(database.url);
    url.searchParams.set('options', '-c statement_timeout=4321');
    const onLost = () => undefined;
    const pool = createReadModelPool({ url: url.href, schema, pipeline: true, poolSize: 1, onLost });
    const [path, timeout, count] = await Promise.all(
      ['SHOW search_path', 'SHOW statement_timeout', 'SELECT count(*)::int FROM messages'].map(async (sql) =>
        Object.values((await pool.query<Record<string, unknown>>(sql)).rows[0]!),
      ),
    );
    await pool.end();
    expect([path, timeout, count]).toEqual([[schema], ['4321ms'], [0]]);
  });
});
