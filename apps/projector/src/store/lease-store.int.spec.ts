import { createTables, type TestTables } from '../testing/tables.js';
import { LeaseStore } from './lease-store.js';
import { MembershipStore } from './membership-store.js';
import { pausedPartitions, pausePartitions, resumePartitions } from './pauses.js';

describe('LeaseStore', () => {
  let tables: TestTables;
  let a: LeaseStore;
  let b: LeaseStore;
  let members: { a: MembershipStore; b: MembershipStore };

  beforeAll(async () => {
    tables = await createTables();
    a = new LeaseStore(tables.database, 'a', 60_000);
    b = new LeaseStore(tables.database, 'b', 60_000);
    const member = (owner: string) => new MembershipStore(tables.database, owner, 60_000);
    members = { a: member('a'), b: member('b') };
  });
  afterAll(() => tables.close());
  beforeEach(() => tables.clear());

  const expire = () => tables.database.query(`UPDATE checkpoints SET lease_until = now() - interval '1 ms'`);

  it('LeaseStore grants a partition to one owner at a time', async () => {
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

  it('LeaseStore grants a released partition to the next owner at once, with a new epoch', async () => {
    await a.release((await a.claim(0))!);
    expect(await b.claim(0)).toMatchObject({ epoch: 2 });
  });

  it('LeaseStore grants a partition to the next owner after the lease has expired', async () => {
    await a.claim(0);
    expect(await b.claim(0)).toBeNull();
    await expire();
    expect(await b.claim(0)).toMatchObject({ epoch: 2 });
  });

  it('LeaseStore grants a partition again to an owner that claims it before its lease has expired', async () => {
    await a.claim(0);
    expect(await a.claim(0)).toMatchObject({ epoch: 2 });
  });

  it('LeaseStore grants a partition to the next owner after the clock of Postgres was set back', async () => {
    await a.claim(0);
    await members.a.heartbeat();
    for (const table of ['checkpoints SET lease_until', 'projectors SET alive_until'])
      await tables.database.query(`UPDATE ${table} = now() + interval '1 hour'`);
    expect(await members.b.heartbeat()).toMatchObject({ owners: ['b'], unowned: new Map([[0, 0]]) });
    expect(await b.claim(0)).toMatchObject({ epoch: 2 });
  });

  describe('processes with one instance name', () => {
    const process = (start: string) => new LeaseStore(tables.database, `same#${start}`, 60_000);
    const member = (owner: string) => new MembershipStore(tables.database, owner, 60_000);

    it('a process does not take over from a living process of the same name', async () => {
      await process('1').claim(0);
      expect(await process('2').claim(0)).toBeNull();
    });

    it('a process takes over at once from ended ones of the same name, as if they had crashed, and from no others', async () => {
      const [earlier, next] = [process('1'), process('2')];
      const other = new LeaseStore(tables.database, 'same-too#1', 60_000);
      for (const owner of ['same#1', 'same-too#1']) await member(owner).heartbeat();
      await earlier.claim(0);
      await other.claim(1);
      await member('same#2').expirePredecessors();
      expect((await member('same#2').heartbeat()).owners).toEqual(['same#2', 'same-too#1']);
      expect(await next.claim(0)).toMatchObject({ epoch: 2, suspect: true });
      expect(await next.claim(1)).toBeNull();
    });

    it('a process takes over from a process of a release that had no start ids', async () => {
      await new LeaseStore(tables.database, 'same', 60_000).claim(0);
      const next = process('2');
      await member('same#2').expirePredecessors();
      expect(await next.claim(0)).toMatchObject({ epoch: 2 });
    });
  });

  it('LeaseStore withdraws the attempt of an owner that lost its lease and is alive', async () => {
    for (let round = 0; round < 5; round++) {
      for (const [mine, theirs] of [
        [a, b],
        [b, a],
      ] as const) {
        await expire();
        const lost = (await mine.claim(0))!;
        await mine.recordAttempt(lost, 7);
        expect(lost.handling.attempts).toBeLessThanOrEqual(2);
        await expire();
        await theirs.claim(0);
        await mine.release(lost);
      }
    }
  });

  it('LeaseStore renews valid leases and returns lost ones', async () => {
    const [kept, lost] = [(await a.claim(0))!, (await a.claim(1))!];
    await expire();
    await b.claim(1);
    expect(await a.renew([kept, lost])).toEqual([lost]);
    expect(await b.claim(0)).toBeNull();
  });

  it('a late release does not end the lease of the new owner', async () => {
    const old = (await a.claim(0))!;
    await expire();
    await b.claim(0);
    await a.release(old);
    expect(await a.claim(0)).toBeNull();
  });

  it('LeaseStore lists the living members in one order for all, without those that left', async () => {
    await members.a.heartbeat();
    expect((await members.b.heartbeat()).owners).toEqual(['a', 'b']);
    await tables.database.query(`UPDATE projectors SET alive_until = now() WHERE owner = 'a'`);
    expect(await members.b.heartbeat()).toMatchObject({ owners: ['b'], expired: ['a'] });
    expect((await members.a.heartbeat()).owners).toEqual(['a', 'b']);
    await members.b.leave();
    expect((await members.a.heartbeat()).owners).toEqual(['a']);
  });

  it('a heartbeat says how long the first of the other members is alive without another one', async () => {
    expect((await members.a.heartbeat()).firstExpiryMs).toBeNull();
    await members.b.heartbeat();
    await tables.database.query(
      `UPDATE projectors SET alive_until = now() + interval '40 s' WHERE owner = 'b'`,
    );
    await new MembershipStore(tables.database, 'c', 60_000).heartbeat();
    const { firstExpiryMs } = await members.a.heartbeat();
    expect(firstExpiryMs).toBeLessThanOrEqual(40_000);
    await tables.database.query('DELETE FROM projectors');
    await members.b.heartbeat();
    expect((await members.a.heartbeat()).firstExpiryMs).toBeGreaterThan(firstExpiryMs!);
  });

  it('LeaseStore grants a paused partition to nobody until it is resumed, whether or not it was claimed before', async () => {
    const lease = (await a.claim(0))!;
    await a.release(lease);
    await pausePartitions(tables.database, [0, 1]);
    expect(await pausedPartitions(tables.database)).toEqual([0, 1]);
    expect(await members.b.heartbeat()).toMatchObject({ paused: expect.arrayContaining([0, 1]) as number[] });
    expect([await b.claim(0), await b.claim(1)]).toEqual([null, null]);
    await resumePartitions(tables.database, [0, 1]);
    expect(await b.claim(0)).toMatchObject({ epoch: 2, seq: 0 });
    expect(await b.claim(1)).toMatchObject({ seq: 0, suspect: false });
  });

  it('LeaseStore lists the partitions without an owner, with their checkpoints', async () => {
    const [held, released] = [(await a.claim(0))!, (await a.claim(1))!];
    await tables.database.query('UPDATE checkpoints SET seq = 7 + "partition"');
    expect((await members.b.heartbeat()).unowned).toEqual(new Map());
    await a.release(released);
    expect((await members.b.heartbeat()).unowned).toEqual(new Map([[1, 8]]));
    await expire();
    expect(await members.b.heartbeat()).toMatchObject({
      unowned: new Map([
        [0, 7],
        [1, 8],
      ]),
    });
    await b.renew([held]);
    expect((await members.a.heartbeat()).unowned).toEqual(new Map([[1, 8]]));
  });

  it('LeaseStore marks a partition as suspect when its owner ended without a release, until it is cleared', async () => {
    const died = (await a.claim(0))!;
    await a.recordAttempt(died, 7);
    await expire();
    const first = (await b.claim(0))!;
    expect(first).toMatchObject({ suspect: true, handling: { seq: 7, attempts: 1 } });
    await b.recordAttempt(first, 7);
    await b.recordAttempt(first, 7);
    expect(first.handling).toEqual({ seq: 7, attempts: 2 });
    await expire();
    const second = (await a.claim(0))!;
    expect(second).toMatchObject({ suspect: true, handling: { seq: 7, attempts: 2 } });
    await expect(b.recordAttempt(first, 8)).rejects.toMatchObject({ code: 'PROJECTION.CHECKPOINT_CONFLICT' });
    await a.clearSuspect(second);
    await a.release(second);
    expect(await a.claim(0)).toMatchObject({ suspect: false, handling: { attempts: 0 } });
  });

  it('LeaseStore does not count an attempt as a crash when the process failed or was stopped and lives', async () => {
    const first = (await a.claim(0))!;
    await a.recordAttempt(first, 7);
    const again = (await a.claim(0, first.epoch))!;
    await a.recordAttempt(again, 7);
    expect(again.handling).toEqual({ seq: 7, attempts: 1 });
    await a.release(again);
    expect(await b.claim(0)).toMatchObject({ handling: { seq: 7, attempts: 0 } });
  });

  it('LeaseStore does not mark a partition as suspect when its owner claims it again after a failure', async () => {
    const { epoch } = (await a.claim(0))!;
    expect(await a.claim(0, epoch)).toMatchObject({ suspect: false });
    expect(await a.claim(0)).toMatchObject({ suspect: true });
  });
});
