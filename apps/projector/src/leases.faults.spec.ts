import { created, id } from './testing/events.js';
import { eventually } from './testing/eventually.js';
import { Harness } from './testing/harness.js';
import { MembershipStore, pausePartitions, resumePartitions } from './store/index.js';

describe('partitions of several projectors', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.start(5);
    await harness.createLog();
  });
  afterEach(() => harness.stop());

  const shares = async () => {
    const rows = await harness
      .rows<{ owner: string; held: number }>(
        `SELECT owner, count(*)::int AS held FROM checkpoints
         WHERE owner IS NOT NULL AND lease_until > now() GROUP BY owner ORDER BY owner`,
      )
      .catch(() => []);
    return Object.fromEntries(rows.map(({ owner, held }) => [owner, held]));
  };
  const shared = (expected: Record<string, number>) =>
    eventually(
      `shared as ${JSON.stringify(expected)}`,
      async () => JSON.stringify(await shares()) === JSON.stringify(expected),
    );

  it('partitions of several projectors are divided evenly when projectors join and leave', async () => {
    const a = harness.project({ owner: 'a' });
    await shared({ a: 5 });
    const b = harness.project({ owner: 'b' });
    await shared({ a: 3, b: 2 });
    const c = harness.project({ owner: 'c' });
    await shared({ a: 2, b: 2, c: 1 });
    await a.stop();
    await shared({ b: 3, c: 2 });
    const guilds = Array.from({ length: 20 }, (_, i) => ({ guildId: id(100 + i), channelId: id(500 + i) }));
    await harness.append(...guilds.map((guild, i) => created(i + 1, guild)));
    await eventually('projected', async () => (await harness.rows('SELECT FROM messages')).length === 20);
    await b.stop();
    await shared({ c: 5 });
    await c.stop();
    await shared({});
  });

  it('partitions of several projectors stay where they are in an outage of Postgres that outlasts every lease', async () => {
    for (const owner of ['a', 'b']) harness.project({ owner, leaseMs: 1_000 });
    await shared({ a: 3, b: 2 });
    const owners = () =>
      harness.rows<{ owner: string; live: boolean }>(
        'SELECT "partition", owner, lease_until > now() AS live FROM checkpoints ORDER BY 1',
      );
    const before = await owners();
    const allow = await harness.refuseDatabase();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await allow();
    await eventually('all leases are renewed', async () => {
      const now = await owners().catch(() => []);
      return now.length === before.length && now.every(({ live }) => live);
    });
    expect(await owners()).toEqual(before);
  });

  it('partitions without an owner are reported as a problem', async () => {
    const projector = harness.project({ owner: 'a', leaseMs: 1_000 });
    await shared({ a: 5 });
    // A member that claims nothing, like a process whose loops hang.
    const idle = new MembershipStore(harness.readModel(), 'idle', 600_000);
    await idle.heartbeat();
    const check = () => projector.health.report().checks.projection;
    await eventually('stated', () => /have no owner/.test(check()?.problem ?? ''), 20_000);
    expect(check()).toMatchObject({ ok: true, detail: '3 of 5 partitions owned' });
  }, 60_000);

  it('partitions of several projectors are not projected while they are paused, which is no failure', async () => {
    const projector = harness.project({ owner: 'a' });
    await shared({ a: 5 });
    const database = harness.readModel();
    await pausePartitions(database, [0, 1, 2, 3, 4]);
    await shared({});
    const detail = () => projector.health.report().checks.projection;
    await eventually('paused', () => detail()?.detail === '0 of 5 partitions owned, 5 paused');
    expect(projector.health.ready()).toBe(true);
    expect(detail()?.problem).toMatch(/all partitions are paused: `relay resume`/);
    await harness.append(created(1));
    await resumePartitions(database, [0, 1, 2, 3, 4]);
    await eventually('projected', async () => (await harness.rows('SELECT FROM messages')).length === 1);
  });

  it('partitions of several projectors report that they wait for a lock in Postgres, and continue once it is released', async () => {
    const projector = harness.project({ owner: 'a' });
    await shared({ a: 5 });
    const check = () => projector.health.report().checks.projection;
    const holder = await harness.sql.connect();
    await holder.query('BEGIN; LOCK TABLE messages');
    await harness.append(created(1));
    await eventually(
      'stated',
      () => /transaction has taken \d+ s; .*lock|lock timeout/.test(check()?.detail ?? ''),
      25_000,
    );
    expect(projector.health.ready()).toBe(false);
    await holder.query('ROLLBACK');
    holder.release();
    await eventually('ready', () => projector.health.ready(), 40_000);
    expect(await harness.rows('SELECT FROM messages')).toHaveLength(1);
  }, 90_000);

  it('a projector reports that its start waits for a lock', async () => {
    const holder = await harness.sql.connect();
    await holder.query('SELECT pg_advisory_lock($1)', [0x72_65_6c_61_79]);
    const projector = harness.project({ owner: 'a' });
    const check = () => projector.health.report().checks.projection;
    await eventually('stated', () => /^migrating: .*lock/.test(check()?.detail ?? ''), 20_000);
    await holder.query('SELECT pg_advisory_unlock_all()');
    holder.release();
    await eventually('ready', () => projector.health.ready(), 20_000);
  }, 60_000);
});
