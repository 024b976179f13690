import { created, id } from './testing/events.js';
import { eventually } from './testing/eventually.js';
import { Harness } from './testing/harness.js';
import { LeaseStore } from './store/index.js';

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

  it('are shared evenly, whoever comes and goes', async () => {
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

  it('rest while they are paused, which is no failure', async () => {
    const projector = harness.project({ owner: 'a' });
    await shared({ a: 5 });
    const leases = new LeaseStore(harness.readModel(), 'operator', 1_000);
    await leases.pause([0, 1, 2, 3, 4]);
    await shared({});
    const detail = () => projector.health.report().checks.projection;
    await eventually('paused', () => detail()?.detail === '0 of 5 partitions owned, 5 paused');
    expect(projector.health.ready()).toBe(true);
    await harness.append(created(1));
    await leases.resume([0, 1, 2, 3, 4]);
    await eventually('projected', async () => (await harness.rows('SELECT FROM messages')).length === 1);
  });
});
