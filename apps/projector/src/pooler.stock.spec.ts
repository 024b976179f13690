import { createTestDatabase, PgBouncer, type TestDatabase } from '@discord-relay/local-stack';
import { channel, created, deleted, edited, event, guild, GUILD, id } from './testing/events.js';
import { eventually } from './testing/eventually.js';
import { Harness } from './testing/harness.js';
import { searchable } from './testing/searchable.js';

const binary = process.env.PGBOUNCER_PATH;
const withPooler = binary ? describe : describe.skip;

/** Fewer sessions than projectors have connections: their transactions share the same sessions. */
const SESSIONS = 8;

withPooler.each([['session'], ['transaction']] as const)(
  'projectors behind a pooler, pool_mode %s',
  (mode) => {
    let database: TestDatabase;
    let pooler: PgBouncer;
    let harness: Harness;

    beforeEach(async () => {
      database = await createTestDatabase();
      // In session mode every connection keeps a session.
      const poolSize = mode === 'session' ? 60 : SESSIONS;
      pooler = await PgBouncer.start({ binary: binary!, postgresUrl: database.url, mode, poolSize });
      harness = await Harness.start(2, database);
      await harness.createLog();
    });

    afterEach(async () => {
      await harness?.stop();
      await pooler?.stop();
    });

    const project = (owner: string) => {
      const running = harness.project({ databaseUrl: pooler.urlOf(database.url), owner });
      return { running, ready: () => eventually(`${owner} ready`, () => running.health.ready(), 30_000) };
    };
    const contents = async (version: number) =>
      (await harness.rows(`SELECT content FROM projection_v${version}.messages ORDER BY id`)).map(
        ({ content }) => content,
      );

    it('projectors behind a pooler divide the partitions, write every row once, and hand over', async () => {
      const [first, second] = [project('first'), project('second')];
      await Promise.all([first.ready(), second.ready()]);
      await harness.append(
        event('guild.synced', guild(GUILD, [id(200)])),
        event('channel.synced', channel(200)),
        ...Array.from({ length: 300 }, (_, i) =>
          created(i + 1, i % 2 ? { guildId: id(101), channelId: id(300) } : {}),
        ),
        edited(1, 'edited', '2025-01-02T00:00:00.000Z'),
      );
      const count = async () =>
        (await harness.rows<{ n: number }>('SELECT count(*)::int AS n FROM messages'))[0]!.n;
      await eventually('all are written', async () => (await count()) === 300, 20_000);
      await eventually('the edit is written', async () => (await contents(1))[0] === 'edited');
      await first.running.stop();
      const [seq] = await harness.append(deleted(3), created(1_000));
      await eventually('the other projector to continue', async () => (await count()) === 301, 20_000);
      expect(seq).toBeGreaterThan(0);
      await searchable((sql) => harness.rows(sql));
    }, 90_000);

    it('operators behind a pooler can rebuild, compare, switch back and forth, and drop', async () => {
      const { running, ready } = project('only');
      await ready();
      await harness.append(event('guild.synced', guild(GUILD, [id(200)])), created(1), created(2));
      await eventually('written', async () => (await contents(1)).length === 2);
      const admin = running.projector.admin!;
      await admin.rebuild();
      const isReady = 'SELECT FROM relay.projections WHERE version = 2 AND ready_at IS NOT NULL';
      await eventually('built', async () => (await harness.rows(isReady)).length === 1, 20_000);
      expect(await admin.compare(2)).toMatchObject({ equal: true });
      expect(await admin.switchTo(2)).toMatchObject({ from: 1, to: 2 });
      await harness.append(created(3));
      await eventually(
        'both follow',
        async () => (await contents(1)).length + (await contents(2)).length === 6,
      );
      expect(await admin.rollback()).toMatchObject({ to: 1 });
      await admin.drop(2);
      expect(await harness.rows(`SELECT FROM pg_namespace WHERE nspname = 'projection_v2'`)).toEqual([]);
    }, 90_000);
  },
);
