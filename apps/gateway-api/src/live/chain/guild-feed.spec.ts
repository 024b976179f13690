import fc from 'fast-check';
import type { Change } from '@discord-relay/contracts';
import { chain, GUILD, Rows } from '../../testing/rows.js';
import { GuildFeed, type GuildObserver, type GuildSource } from './guild-feed.js';

function follow(source: GuildSource) {
  const delivered: number[] = [];
  const restarts: string[] = [];
  const seen = { holes: [] as string[], failures: 0, unproven: [] as number[] };
  const observer: GuildObserver = {
    hole: (_, cause) => seen.holes.push(cause),
    caughtUp: () => undefined,
    failed: () => (seen.failures += 1),
    uncommitted: (_, seq) => seen.unproven.push(seq),
  };
  const sink = {
    deliver: ({ seq }: Change) => void delivered.push(seq),
    changesLost: () => void restarts.push(GUILD),
  };
  return { feed: new GuildFeed(GUILD, source, sink, observer), delivered, restarts, seen };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

async function headRead(feed: GuildFeed): Promise<void> {
  await feed.waitForSeq(0);
  await settled();
}

describe('GuildFeed', () => {
  it('GuildFeed starts at the head and delivers what follows without a read', async () => {
    const [a, b, c] = chain([3, 5, 9]) as [Change, Change, Change];
    const rows = new Rows();
    rows.commit(a);
    const { feed, delivered } = follow(rows);
    await headRead(feed);
    feed.receive(b);
    feed.receive(c);
    expect(delivered).toEqual([5, 9]);
    expect(rows.reads).toBe(0);
  });

  it('GuildFeed delivers what was announced while the head was read', async () => {
    const [a, b] = chain([3, 5]) as [Change, Change];
    const rows = new Rows();
    rows.commit(a);
    const { feed, delivered } = follow(rows);
    const started = feed.waitForSeq(0);
    rows.commit(b);
    feed.receive(b);
    await started;
    await settled();
    expect(delivered).toEqual([5]);
  });

  it('GuildFeed drops duplicates', async () => {
    const [a] = chain([3]) as [Change];
    const { feed, delivered } = follow(new Rows());
    await headRead(feed);
    feed.receive(a);
    feed.receive(a);
    expect(delivered).toEqual([3]);
  });

  it('GuildFeed reads what is missing before it delivers what came after', async () => {
    const changes = chain([3, 5, 9]);
    const rows = new Rows();
    const { feed, delivered, seen } = follow(rows);
    await headRead(feed);
    rows.commit(...changes);
    feed.receive(changes[2]!);
    await settled();
    expect(delivered).toEqual([3, 5, 9]);
    expect(seen.holes).toEqual(['change_ahead']);
  });

  it('GuildFeed continues in another projection with everything beyond the previous one', async () => {
    const changes = chain([3, 5, 9]);
    const rows = new Rows();
    rows.commit(changes[0]!);
    const { feed, delivered, restarts } = follow(rows);
    await headRead(feed);
    rows.commit(changes[1]!);
    await feed.catchUp();
    expect(delivered).toEqual([5]);
    rows.commit(changes[2]!);
    feed.switchProjection();
    await settled();
    expect([delivered, restarts]).toEqual([[5, 9], []]);
  });

  it('GuildFeed applies the old rights to changes before another projection, and the new rights to later ones', async () => {
    const rows = new Rows();
    const { feed, delivered } = follow(rows);
    await headRead(feed);
    const changes = chain([3, 5, 9]);
    rows.commit(...changes.slice(0, 2));
    let deliveredAtAdoption: number[] = [];
    rows.loadSuccessor = async () => {
      const seq = await rows.readHead();
      rows.commit(changes[2]!);
      return { seq, adopt: () => (deliveredAtAdoption = [...delivered]) };
    };
    feed.switchProjection();
    await feed.waitForSeq(9);
    expect([deliveredAtAdoption, delivered]).toEqual([
      [3, 5],
      [3, 5, 9],
    ]);
  });

  it('GuildFeed continues in a projection that lacks an event of the previous one', async () => {
    const rows = new Rows();
    rows.commit(...chain([3, 5]));
    const { feed, delivered, restarts } = follow(rows);
    await headRead(feed);
    const [kept, next] = chain([3, 9]) as [Change, Change];
    rows.committed = [];
    rows.head = kept.seq;
    feed.switchProjection();
    await settled();
    feed.receive(next);
    expect([delivered, restarts]).toEqual([[9], []]);
  });

  it('GuildFeed requests snapshots if another projection lacks changes that were not delivered yet', async () => {
    const changes = chain([3, 5, 9]);
    const rows = new Rows();
    rows.commit(changes[0]!);
    const { feed, delivered, restarts } = follow(rows);
    await headRead(feed);
    rows.committed = [];
    rows.commit(changes[2]!);
    feed.switchProjection();
    await settled();
    expect([delivered, restarts]).toEqual([[], [GUILD]]);
  });

  it('GuildFeed notices a lost tail by the position', async () => {
    const rows = new Rows();
    const { feed, delivered } = follow(rows);
    await headRead(feed);
    rows.commit(...chain([3, 5]));
    feed.receivePosition(5);
    await settled();
    feed.receivePosition(5);
    expect(delivered).toEqual([3, 5]);
    expect(rows.reads).toBe(1);
  });

  it('GuildFeed reads more than one page', async () => {
    const rows = new Rows();
    const { feed, delivered } = follow(rows);
    await headRead(feed);
    const changes = chain(Array.from({ length: 2_500 }, (_, i) => i + 1));
    rows.commit(...changes);
    feed.receivePosition(2_500);
    await feed.waitForSeq(2_500);
    expect(delivered).toHaveLength(2_500);
  });

  it('GuildFeed requests new snapshots if the rows that would close the hole are gone', async () => {
    const rows = new Rows();
    const { feed, delivered, restarts } = follow(rows);
    await headRead(feed);
    const changes = chain([3, 5, 9, 12]);
    rows.commit(...changes);
    rows.committed.splice(0, 1);
    feed.receive(changes[3]!);
    await settled();
    expect(restarts).toEqual([GUILD]);
    expect(delivered).toEqual([]);
    const next = { ...chain([12, 15])[1]! };
    rows.commit(next);
    feed.receive(next);
    expect(delivered).toEqual([15]);
  });

  it('GuildFeed requests new snapshots if no row is left at all', async () => {
    const rows = new Rows();
    const { feed, restarts } = follow(rows);
    await headRead(feed);
    rows.head = 7;
    feed.receivePosition(7);
    await settled();
    expect(restarts).toEqual([GUILD]);
    await feed.waitForSeq(7);
  });

  it('GuildFeed drops an announcement that was never committed, and continues', async () => {
    const rows = new Rows();
    const { feed, delivered, seen } = follow(rows);
    await headRead(feed);
    const [a] = chain([3]) as [Change];
    feed.receive({ ...a, seq: 1_000_000, guildPrev: 999_999 });
    await settled();
    rows.commit(a);
    feed.receive(a);
    expect(seen.unproven).toEqual([1_000_000]);
    expect(delivered).toEqual([3]);
  });

  it('GuildFeed keeps changes while the database is unavailable and delivers them in order afterwards', async () => {
    const rows = new Rows();
    const { feed, delivered, seen } = follow(rows);
    await headRead(feed);
    const changes = chain([3, 5, 9]);
    rows.commit(...changes);
    const readTail = rows.readTail.bind(rows);
    rows.readTail = () => Promise.reject(new Error('away'));
    feed.receive(changes[1]!);
    await settled();
    feed.receive(changes[2]!);
    expect(delivered).toEqual([]);
    expect(seen.failures).toBeGreaterThan(0);
    rows.readTail = readTail;
    await feed.waitForSeq(9);
    expect(delivered).toEqual([3, 5, 9]);
  });

  it('GuildFeed reports to callers that the database is unavailable', async () => {
    const rows = new Rows();
    rows.readHead = () => Promise.reject(new Error('away'));
    const { feed } = follow(rows);
    await expect(feed.waitForSeq(0)).rejects.toMatchObject({ code: 'SERVICE.UNAVAILABLE' });
    feed.close();
  });

  it('GuildFeed reads from the rows what it could not keep', async () => {
    const rows = new Rows();
    const { feed, delivered, seen } = follow(rows);
    await headRead(feed);
    const changes = chain(Array.from({ length: 6_000 }, (_, i) => i + 1));
    rows.commit(...changes.slice(0, 1));
    feed.receive(changes[1]!);
    rows.commit(...changes.slice(1));
    for (const change of changes.slice(2)) feed.receive(change);
    await feed.waitForSeq(6_000);
    await settled();
    expect(seen.holes).toContain('overflow');
    expect(delivered).toEqual(changes.map(({ seq }) => seq));
  });

  it('GuildFeed delivers every change exactly once and in order for any losses, repeats, positions and read delays', async () => {
    const plan = fc.array(
      fc.record({
        step: fc.integer({ min: 1, max: 4 }),
        announce: fc.integer({ min: 0, max: 2 }),
        position: fc.boolean(),
        resync: fc.boolean(),
      }),
      { minLength: 1, maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(plan, fc.scheduler(), async (steps, scheduler) => {
        const rows = new Rows();
        const source = {
          load: scheduler.scheduleFunction(() => rows.load()),
          loadSuccessor: scheduler.scheduleFunction(() => rows.loadSuccessor()),
          readHead: scheduler.scheduleFunction(() => rows.readHead()),
          readTail: scheduler.scheduleFunction((seq: number, limit: number) => rows.readTail(seq, limit)),
        };
        const { feed, delivered } = follow(source);
        const started = feed.waitForSeq(0);
        await scheduler.waitFor(started);
        let seq = 0;
        const changes = chain(steps.map(({ step }) => (seq += step)));
        const writer = scheduler.scheduleSequence(
          steps.map(({ announce, position, resync }, i) => async () => {
            rows.commit(changes[i]!);
            for (let n = 0; n < announce; n++) feed.receive(changes[i]!);
            if (position) feed.receivePosition(rows.head);
            if (resync) feed.resync();
            await Promise.resolve();
          }),
        );
        await scheduler.waitFor(writer.task);
        await scheduler.waitFor(feed.waitForSeq(rows.head));
        expect(delivered).toEqual(changes.map((change) => change.seq));
      }),
      { numRuns: 300 },
    );
  });
});
