import { pausePartitions, resumePartitions } from '../store/index.js';
import { CHANNEL, created, edited, event, GUILD, message } from '../testing/events.js';
import { eventually } from '../testing/eventually.js';
import { Harness, type RunningProjector } from '../testing/harness.js';
import { searchable } from '../testing/searchable.js';
import type { ParkedAdmin } from './parked-admin.js';

const LATER = '2025-01-02T00:00:00.000Z';
/** Makes Postgres reject a message, like a value that does not fit, until the constraint is removed. */
const REFUSE = (message: number) => `
  CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '22000'; END $$;
  CREATE TRIGGER refuse BEFORE INSERT ON messages FOR EACH ROW WHEN (NEW.id = ${message}) EXECUTE FUNCTION refuse()`;
const ALLOW = 'DROP TRIGGER refuse ON messages';

describe('parked events', () => {
  let harness: Harness;
  let running: RunningProjector;
  let parking: ParkedAdmin;

  /** The events at 2, 3 and 5, which concern message 2, are parked. */
  beforeEach(async () => {
    harness = await Harness.start(1);
    await harness.createLog();
    running = harness.project({ owner: 'a' });
    await eventually('ready', () => running.health.ready());
    parking = running.projector.parking!;
    await searchable((sql) => harness.rows(sql));
    await harness.rows(REFUSE(2));
    await harness.append(created(1), created(2), edited(2, 'first', LATER), created(3));
    await harness.append(edited(2, 'second', '2025-01-03T00:00:00.000Z'));
    await harness.projected(5);
  });
  afterEach(() => harness.stop());

  const contents = () => harness.rows('SELECT id, content, revision FROM messages ORDER BY id');
  const codes = async () =>
    (
      await harness.rows<{ at: string }>(
        `SELECT stream_seq || ' ' || code AS at FROM parked ORDER BY stream_seq`,
      )
    ).map(({ at }) => at);
  const heads = () =>
    harness.rows<{ feed: string; seq: string }>('SELECT feed, seq FROM feed_heads ORDER BY feed');
  const owned = () =>
    eventually(
      'owned',
      async () => (await harness.rows(`SELECT FROM checkpoints WHERE owner = 'a'`)).length === 1,
    );

  it('parked events are listed with the number of their followers, and shown with their payload', async () => {
    const { events, total } = await parking.list();
    expect(total).toBe(3);
    expect(events).toMatchObject([
      { seq: 2, partition: 0, code: '22000', keys: ['message:2'], followers: 2 },
    ]);
    expect(await parking.list(7)).toEqual({ events: [], total: 0 });
    const detail = await parking.show(3);
    expect(detail).toMatchObject({ code: 'FOLLOWS', followers: 1, truncated: false });
    expect(JSON.parse(detail.payload)).toMatchObject({ type: 'message.updated', data: { content: 'first' } });
    await expect(parking.show(4)).rejects.toMatchObject({ code: 'REQUEST.NOT_FOUND' });
  });

  it('a parked event that is too long for an answer is shown in part, and the answer says so', async () => {
    await harness.append(edited(2, 'x'.repeat(210_000), '2025-01-04T00:00:00.000Z'));
    await harness.projected(6);
    const { payload, truncated } = await parking.show(6);
    expect([payload.length, truncated]).toEqual([200_000, true]);
  });

  it('parked events are in the rows after a retry as if they had never been parked, without a change in any chain', async () => {
    await harness.rows(ALLOW);
    expect(await parking.retry(5)).toEqual({ applied: 3, kept: 0, failures: [], moreFailures: 0 });
    expect(await contents()).toMatchObject([
      { id: '1' },
      { id: '2', content: 'second', revision: 2 },
      { id: '3' },
    ]);
    expect(await harness.rows('SELECT created_seq, seq FROM messages WHERE id = 2')).toEqual([
      { created_seq: '2', seq: '5' },
    ]);
    expect(await codes()).toEqual([]);
    const moved = (await heads()).map(({ seq }) => Number(seq));
    expect(moved).toEqual([6, 6]);
    const [seq] = await harness.append(created(4), edited(2, 'third', '2025-01-04T00:00:00.000Z'));
    await harness.projected(seq! + 1);
    expect(await harness.rows('SELECT seq, prev, guild_prev FROM changes ORDER BY seq')).toEqual([
      { seq: '1', prev: '0', guild_prev: '0' },
      { seq: '4', prev: '1', guild_prev: '1' },
      { seq: '7', prev: '6', guild_prev: '6' },
      { seq: '8', prev: '7', guild_prev: '7' },
    ]);
    await owned();
  });

  it('parked events stay parked with the current error when they fail again, and still block their followers', async () => {
    await harness.rows(REFUSE(2).split('CREATE TRIGGER')[0]!.replace('22000', '22003'));
    expect(await parking.retry(2)).toEqual({
      applied: 0,
      kept: 3,
      failures: [{ seq: 2, code: '22003', message: 'refused' }],
      moreFailures: 0,
    });
    expect(await codes()).toEqual(['2 22003', '3 FOLLOWS', '5 FOLLOWS']);
    const before = await heads();
    const [seq] = await harness.append(edited(2, 'third', LATER));
    await harness.projected(seq!);
    expect(await codes()).toHaveLength(4);
    expect(await heads()).toEqual(before);
  });

  it('parked events are recorded when they are given up, and their followers are retried', async () => {
    await expect(parking.skip({ seq: 4, by: 'ada', why: 'none' })).rejects.toMatchObject({
      code: 'REQUEST.NOT_FOUND',
    });
    await harness.rows(ALLOW);
    const outcome = await parking.skip({ seq: 2, by: 'ada', why: 'a test message' });
    expect(outcome).toEqual({ applied: 2, kept: 0, failures: [], moreFailures: 0 });
    expect(
      await harness.rows(
        `SELECT stream_seq, code, skipped_by, reason, skipped_at IS NOT NULL AS dated FROM parked_skips`,
      ),
    ).toEqual([{ stream_seq: '2', code: '22000', skipped_by: 'ada', reason: 'a test message', dated: true }]);
    expect(await codes()).toEqual([]);
    // The message's creation was skipped, so the message is partial and not shown.
    expect(await harness.rows('SELECT partial FROM messages WHERE id = 2')).toEqual([{ partial: true }]);
  });

  it('parked events are retried only by their own number if they crashed processes', async () => {
    await harness.rows(ALLOW);
    await harness.rows(`UPDATE parked SET code = 'PROCESS_KILLED', message = 'deadly' WHERE stream_seq = 2`);
    expect(await parking.retry(5)).toEqual({
      applied: 0,
      kept: 3,
      failures: [{ seq: 2, code: 'PROCESS_KILLED', message: 'deadly' }],
      moreFailures: 0,
    });
    expect(await codes()).toEqual(['2 PROCESS_KILLED', '3 FOLLOWS', '5 FOLLOWS']);
    expect(await parking.skip({ seq: 3, by: 'ada', why: 'a test' })).toMatchObject({ applied: 0, kept: 2 });
    expect(await parking.retry(2)).toEqual({ applied: 2, kept: 0, failures: [], moreFailures: 0 });
    expect(await contents()).toMatchObject([{ id: '1' }, { id: '2', content: 'second' }, { id: '3' }]);
  });

  it('parked events stay as they are if they share no key', async () => {
    await harness.append(created(9, { createdAt: 'never' }));
    await harness.projected(6);
    await harness.rows(ALLOW);
    await parking.retry(2);
    expect(await codes()).toEqual(['6 RangeError']);
  });

  it('a parked event may be the first of its hour', async () => {
    const time = '2025-01-01T05:00:00.000Z';
    await harness.rows(ALLOW);
    await harness.rows(REFUSE(20));
    await harness.append(
      event('message.created', message(20), { receivedat: time }),
      event('message.created', message(21), { receivedat: time }),
    );
    await harness.projected(7);
    const position = () => harness.rows('SELECT seq FROM stream_positions WHERE hour = $1', [time]);
    expect(await position()).toEqual([{ seq: '7' }]);
    await harness.rows(ALLOW);
    await parking.retry(6);
    expect(await position()).toEqual([{ seq: '6' }]);
  });

  it('parked events wait while their partition is paused', async () => {
    const database = harness.readModel();
    await pausePartitions(database, [0]);
    await expect(parking.retry(2)).rejects.toMatchObject({ code: 'PROJECTION.NOT_READY' });
    await resumePartitions(database, [0]);
    await owned();
  });

  it('a retry of parked events changes no rows when the transaction fails', async () => {
    await harness.rows(ALLOW);
    await harness.rows(`ALTER TABLE parked RENAME TO parked_away`);
    await expect(parking.retry(2)).rejects.toThrow();
    await harness.rows(`ALTER TABLE parked_away RENAME TO parked`);
    expect(await codes()).toHaveLength(3);
    await owned();
  });

  it('parked events can be retried while events arrive, and no event is lost', async () => {
    await harness.rows(ALLOW);
    const appended: number[] = [];
    const appending = (async () => {
      for (let i = 10; i < 210; i++) appended.push(...(await harness.append(created(i))));
    })();
    await eventually('some', () => appended.length > 20);
    expect(await parking.retry(2)).toMatchObject({ applied: 3 });
    await appending;
    const [last] = await harness.append(created(210));
    await harness.projected(last!);
    expect(await contents()).toHaveLength(204);
    const changes = await harness.rows<{ seq: string; prev: string }>(
      'SELECT seq, prev FROM changes ORDER BY seq',
    );
    const breaks = changes.filter(({ prev }, i) => i > 0 && prev !== changes[i - 1]!.seq);
    expect(breaks).toHaveLength(1);
    expect((await heads()).map(({ feed }) => feed)).toEqual([`a:${GUILD}`, `c:${CHANNEL}`]);
  });
});
