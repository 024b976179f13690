import { LOG_STREAM } from '@discord-relay/contracts';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { Registry } from 'prom-client';
import { Backlog } from './log/backlog.js';
import { LagMonitor } from './consume/lag-monitor.js';
import { initialStatus, type PartitionStatus } from './consume/partition-status.js';
import { PartitionAssignment } from './consume/partition-assignment.js';
import { ProjectorMetrics } from './metrics.js';
import { pausePartitions, resumePartitions } from './store/index.js';
import { created } from './testing/events.js';
import { eventually } from './testing/eventually.js';
import { Harness, type RunningProjector } from './testing/harness.js';
import { silent } from './testing/logger.js';

describe('the lag of a partition', () => {
  let harness: Harness;
  let jsm: JetStreamManager;
  beforeEach(async () => {
    harness = await Harness.start(1);
    jsm = await jetstreamManager(harness.connection);
    await harness.createLog();
  });
  afterEach(() => harness.stop());

  /** undefined for a projector that has just started. */
  const partitionOf = ({ health }: RunningProjector) =>
    (health.report().detail.partitions as PartitionStatus[])[0];
  const statusOf = (running: RunningProjector) => partitionOf(running)!;
  const append = (...messages: number[]) => harness.append(...messages.map((message) => created(message)));
  const gauge = async (metrics: Registry, name: string): Promise<number | undefined> =>
    (await metrics.getSingleMetric(`relay_projector_lag_${name}`)!.get()).values[0]?.value;
  /** Waits until status and metrics report this number of waiting events and a growing waiting time. */
  const waits = async (running: RunningProjector, events: number) => {
    await eventually(`${events} wait`, () => statusOf(running).lag === events);
    await eventually('the lag is reported', async () => (await gauge(running.metrics, 'events')) === events);
    const before = (await gauge(running.metrics, 'seconds'))!;
    await eventually('longer', async () => (await gauge(running.metrics, 'seconds'))! > before);
    expect(statusOf(running).lagSeconds).toBeGreaterThan(before);
  };
  const nothingWaits = async (running: RunningProjector) => {
    await eventually('live', () => statusOf(running).state === 'live');
    await eventually('none', async () => (await gauge(running.metrics, 'seconds')) === 0);
    expect([statusOf(running).lag, await gauge(running.metrics, 'events')]).toEqual([0, 0]);
  };

  it('the lag of a partition grows on every projector while the partition is paused, and disappears when it is resumed', async () => {
    const [one, other] = [harness.project({ owner: 'a' }), harness.project({ owner: 'b' })];
    await harness.projected((await append(1, 2))[1]!);
    const database = harness.readModel();
    await pausePartitions(database, [0]);
    await eventually('paused', () => [one, other].every((each) => partitionOf(each)?.state === 'paused'));
    await append(3, 4, 5);
    for (const each of [one, other]) await waits(each, 3);
    await append(6);
    await waits(one, 4);
    expect(statusOf(one)).toMatchObject({ owned: false, seq: 2, state: 'paused' });
    await resumePartitions(database, [0]);
    await eventually('projected', () => [one, other].some((each) => statusOf(each).seq === 6));
    const [owner, rest] = statusOf(one).owned ? [one, other] : [other, one];
    await nothingWaits(owner);
    await eventually('only the owner reports the lag', async () => !(await gauge(rest.metrics, 'events')));
    expect(await gauge(rest.metrics, 'seconds')).toBeUndefined();
  });

  it('the lag of a partition grows while Postgres is unavailable', async () => {
    const running = harness.project();
    await harness.projected((await append(1))[0]!);
    const allow = await harness.refuseDatabase();
    await append(2, 3);
    await waits(running, 2);
    await append(4);
    await waits(running, 3);
    await allow();
    await nothingWaits(running);
  });

  it('the lag of a partition grows while a commit does not return', async () => {
    const running = harness.project({ leaseMs: 60_000 });
    await harness.projected((await append(1))[0]!);
    const client = await harness.sql.connect();
    await client.query('BEGIN');
    await client.query('SELECT FROM checkpoints FOR UPDATE');
    await append(2);
    await waits(running, 1);
    await append(3, 4);
    await waits(running, 3);
    await client.query('ROLLBACK');
    client.release();
    await nothingWaits(running);
  });

  it('the lag of a partition is reported for a partition whose owner is gone, until another process owns it', async () => {
    const registry = new Registry();
    const [assignment, status] = [new PartitionAssignment('a', 1, 60_000), initialStatus(0)];
    const monitor = new LagMonitor(status, {
      jsm,
      assignment,
      metrics: new ProjectorMetrics(registry),
      logger: silent,
    });
    const updateMembers = (unowned: [number, number][]) =>
      assignment.update({
        owners: ['a', 'b'],
        expired: [],
        paused: [],
        owned: [],
        firstExpiryMs: null,
        unowned: new Map(unowned),
      });
    await append(1, 2, 3);
    await monitor.update();
    expect(await gauge(registry, 'events')).toBeUndefined();
    updateMembers([[0, 1]]);
    await monitor.update();
    expect(status).toMatchObject({ seq: 1, lag: 2, waitingSinceMs: expect.any(Number) as number });
    expect(await gauge(registry, 'events')).toBe(2);
    updateMembers([]);
    await monitor.update();
    expect(status).toMatchObject({ lag: 0, waitingSinceMs: null });
    expect(await gauge(registry, 'events')).toBeUndefined();
  });

  it('the lag of a partition is measured again after the server deleted the counting consumer', async () => {
    const backlog = new Backlog(jsm, 0);
    await append(1, 2);
    expect(await backlog.measure(2)).toEqual({ events: 0, sinceMs: null });
    await append(3);
    expect(await backlog.measure(2)).toMatchObject({ events: 1 });
    for await (const { name } of jsm.consumers.list(LOG_STREAM)) await jsm.consumers.delete(LOG_STREAM, name);
    await append(4);
    expect(await backlog.measure(2)).toMatchObject({ events: 2 });
    expect(await backlog.measure(1)).toMatchObject({ events: 3 });
  });
});
