import { createTables, type TestTables } from '../testing/tables.js';
import { LeaseStore } from './lease-store.js';

describe('LeaseStore', () => {
  let tables: TestTables;
  let a: LeaseStore;
  let b: LeaseStore;

  beforeAll(async () => {
    tables = await createTables();
    a = new LeaseStore(tables.database, 'a', 60_000);
    b = new LeaseStore(tables.database, 'b', 60_000);
  });
  afterAll(() => tables.close());
  beforeEach(() => tables.clear());

  const expire = () => tables.database.query(`UPDATE checkpoints SET lease_until = now() - interval '1 ms'`);

  it('gives a partition to one owner at a time', async () => {
    const claims = await Promise.all([a.claim(0), b.claim(0), b.claim(1)]);
    expect(claims.slice(0, 2).filter((lease) => lease !== null)).toHaveLength(1);
    expect(claims[2]).toMatchObject({
      partition: 1,
      seq: 0,
      epoch: 1,
      streamCreatedAt: null,
      seqStoredAt: null,
      suspect: false,
    });
  });

  it('gives it to the next owner at once after a release, with a new epoch', async () => {
    await a.release((await a.claim(0))!);
    expect(await b.claim(0)).toMatchObject({ epoch: 2 });
  });

  it('gives it to the next owner when the lease ran out', async () => {
    await a.claim(0);
    expect(await b.claim(0)).toBeNull();
    await expire();
    expect(await b.claim(0)).toMatchObject({ epoch: 2 });
  });

  it('gives it back to an owner that came back before its lease ran out', async () => {
    await a.claim(0);
    expect(await a.claim(0)).toMatchObject({ epoch: 2 });
  });

  it('gives it to the next owner when the clock of Postgres has gone back since', async () => {
    await a.claim(0);
    await a.census();
    for (const table of ['checkpoints SET lease_until', 'projectors SET alive_until'])
      await tables.database.query(`UPDATE ${table} = now() + interval '1 hour'`);
    expect(await b.census()).toMatchObject({ owners: ['b'], unheld: new Map([[0, 0]]) });
    expect(await b.claim(0)).toMatchObject({ epoch: 2 });
  });

  describe('of processes with one instance name', () => {
    const process = (start: string) => new LeaseStore(tables.database, `same#${start}`, 60_000);

    it('takes nothing from one that lives', async () => {
      await process('1').claim(0);
      expect(await process('2').claim(0)).toBeNull();
    });

    it('takes over at once from those that have ended, as from owners that died, and from nobody else', async () => {
      const [earlier, next] = [process('1'), process('2')];
      const other = new LeaseStore(tables.database, 'same-too#1', 60_000);
      for (const each of [earlier, other]) await each.census();
      await earlier.claim(0);
      await other.claim(1);
      await next.succeed();
      expect((await next.census()).owners).toEqual(['same#2', 'same-too#1']);
      expect(await next.claim(0)).toMatchObject({ epoch: 2, suspect: true });
      expect(await next.claim(1)).toBeNull();
    });

    it('takes over from one of a release that did not tell them apart', async () => {
      await new LeaseStore(tables.database, 'same', 60_000).claim(0);
      const next = process('2');
      await next.succeed();
      expect(await next.claim(0)).toMatchObject({ epoch: 2 });
    });
  });

  it('does not count the handling of an owner that lost its lease and lives', async () => {
    for (let round = 0; round < 5; round++) {
      for (const [mine, theirs] of [
        [a, b],
        [b, a],
      ] as const) {
        await expire();
        const lost = (await mine.claim(0))!;
        await mine.beginHandling(lost, 7);
        expect(lost.handling.attempts).toBeLessThanOrEqual(2);
        await expire();
        await theirs.claim(0);
        await mine.release(lost);
      }
    }
  });

  it('prolongs what is held and names what was lost', async () => {
    const [kept, lost] = [(await a.claim(0))!, (await a.claim(1))!];
    await expire();
    await b.claim(1);
    expect(await a.renew([kept, lost])).toEqual([lost]);
    expect(await b.claim(0)).toBeNull();
  });

  it('a release that comes late does not take the lease from its new owner', async () => {
    const old = (await a.claim(0))!;
    await expire();
    await b.claim(0);
    await a.release(old);
    expect(await a.claim(0)).toBeNull();
  });

  it('counts who is alive, in one order for all, and who leaves no more', async () => {
    await a.census();
    expect((await b.census()).owners).toEqual(['a', 'b']);
    await tables.database.query(`UPDATE projectors SET alive_until = now() WHERE owner = 'a'`);
    expect((await b.census()).owners).toEqual(['b']);
    expect((await a.census()).owners).toEqual(['a', 'b']);
    await b.leave();
    expect((await a.census()).owners).toEqual(['a']);
  });

  it('gives a paused partition to nobody, claimed before or not, until it is resumed', async () => {
    const lease = (await a.claim(0))!;
    await a.release(lease);
    await a.pause([0, 1]);
    expect(await a.paused()).toEqual([0, 1]);
    expect(await b.census()).toMatchObject({ paused: expect.arrayContaining([0, 1]) as number[] });
    expect([await b.claim(0), await b.claim(1)]).toEqual([null, null]);
    await a.resume([0, 1]);
    expect(await b.claim(0)).toMatchObject({ epoch: 2, seq: 0 });
    expect(await b.claim(1)).toMatchObject({ seq: 0, suspect: false });
  });

  it('names the partitions that nobody has, with their checkpoints', async () => {
    const [held, released] = [(await a.claim(0))!, (await a.claim(1))!];
    await tables.database.query('UPDATE checkpoints SET seq = 7 + "partition"');
    expect((await b.census()).unheld).toEqual(new Map());
    await a.release(released);
    expect((await b.census()).unheld).toEqual(new Map([[1, 8]]));
    await expire();
    expect(await b.census()).toMatchObject({
      unheld: new Map([
        [0, 7],
        [1, 8],
      ]),
    });
    await b.renew([held]);
    expect((await a.census()).unheld).toEqual(new Map([[1, 8]]));
  });

  it('suspects a partition whose owner ended without a word, until it is cleared', async () => {
    const died = (await a.claim(0))!;
    await a.beginHandling(died, 7);
    await expire();
    const first = (await b.claim(0))!;
    expect(first).toMatchObject({ suspect: true, handling: { seq: 7, attempts: 1 } });
    await b.beginHandling(first, 7);
    await b.beginHandling(first, 7);
    expect(first.handling).toEqual({ seq: 7, attempts: 2 });
    await expire();
    const second = (await a.claim(0))!;
    expect(second).toMatchObject({ suspect: true, handling: { seq: 7, attempts: 2 } });
    await expect(b.beginHandling(first, 8)).rejects.toMatchObject({ code: 'PROJECTION.CHECKPOINT_CONFLICT' });
    await a.clear(second);
    await a.release(second);
    expect(await a.claim(0)).toMatchObject({ suspect: false, handling: { attempts: 0 } });
  });

  it('does not count an event against a process that lived on, be it that it failed or that it was stopped', async () => {
    const first = (await a.claim(0))!;
    await a.beginHandling(first, 7);
    const again = (await a.claim(0, first.epoch))!;
    await a.beginHandling(again, 7);
    expect(again.handling).toEqual({ seq: 7, attempts: 1 });
    await a.release(again);
    expect(await b.claim(0)).toMatchObject({ handling: { seq: 7, attempts: 0 } });
  });

  it('does not suspect an owner that claims anew after its own failure', async () => {
    const { epoch } = (await a.claim(0))!;
    expect(await a.claim(0, epoch)).toMatchObject({ suspect: false });
    expect(await a.claim(0)).toMatchObject({ suspect: true });
  });
});
