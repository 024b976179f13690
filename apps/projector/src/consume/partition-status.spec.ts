import {
  initialStatus,
  partitionsCheck,
  ReplayMeter,
  totalLag,
  type PartitionStatus,
} from './partition-status.js';

const status = (fields: Partial<PartitionStatus>): PartitionStatus => ({
  ...initialStatus(0),
  owned: true,
  seq: 1,
  state: 'live',
  ...fields,
});

describe('the lag in seconds', () => {
  it('the lag in seconds grows while an event waits, also in a report, without a new measurement', () => {
    let nowMs = 10_000;
    const stuck = initialStatus(0, () => nowMs);
    expect(stuck.lagSeconds).toBe(0);
    Object.assign(stuck, { state: 'retrying', waitingSinceMs: 7_500 });
    expect(stuck.lagSeconds).toBe(2.5);
    nowMs += 60_000;
    expect(JSON.parse(JSON.stringify(stuck))).toMatchObject({ lagSeconds: 62.5 });
    stuck.waitingSinceMs = null;
    expect(stuck.lagSeconds).toBe(0);
  });
});

describe('partitionsCheck', () => {
  const well = { unowned: [], nowMs: 60_000 };

  it('the readiness check is ok while every partition is projected by this process or another one', () => {
    const check = partitionsCheck(
      [status({}), status({ state: 'replaying' }), status({ owned: false, state: 'standby' })],
      well,
    );
    expect(check).toEqual({ ok: true, detail: '2 of 3 partitions owned' });
  });

  it('the readiness check reports paused partitions as a problem, which is not a failure', () => {
    const paused = status({ owned: false, state: 'paused' });
    expect(partitionsCheck([status({}), paused], well)).toEqual({
      ok: true,
      detail: '1 of 2 partitions owned, 1 paused',
      problem: expect.stringMatching(/^1 partitions are paused: `relay resume`/) as string,
    });
    expect(partitionsCheck([paused], well).problem).toMatch(/^all partitions are paused/);
  });

  it('the readiness check fails when this process owns nothing while partitions have no owner', () => {
    const neglect = { ...well, unowned: [1, 3] };
    const standby = status({ owned: false, state: 'standby' });
    const problem = /partitions 1, 3 have no owner/;
    expect(partitionsCheck([standby], neglect)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(problem) as string,
    });
    expect(partitionsCheck([status({}), standby], neglect)).toMatchObject({
      ok: true,
      problem: expect.stringMatching(problem) as string,
    });
  });

  it('the readiness check fails while a transaction waits', () => {
    const committing = (committingSinceMs: number) => partitionsCheck([status({ committingSinceMs })], well);
    expect(committing(45_000)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/0 is stuck: .*taken 15 s; .*lock/) as string,
    });
    expect(committing(59_000).ok).toBe(true);
  });

  it('the readiness check names the partitions that are not projected, with the reason', () => {
    const check = partitionsCheck(
      [status({}), status({ partition: 1, state: 'stopped', problem: 'why' })],
      well,
    );
    expect(check).toEqual({ ok: false, detail: '1 stopped: why' });
  });
});

describe('ReplayMeter', () => {
  it('ReplayMeter reports remaining events and rate while far behind', () => {
    const meter = new ReplayMeter();
    meter.measure(50_000, 0);
    expect(meter.measure(30_000, 2_000)).toEqual({
      remaining: 30_000,
      eventsPerSecond: 10_000,
      remainingSeconds: 3,
    });
    expect(meter.measure(30_000, 3_000)?.remainingSeconds).toBeNull();
    expect(meter.measure(10, 4_000)).toBeNull();
  });

  it('ReplayMeter counts only the partitions that this process owns', () => {
    expect(totalLag([status({ lag: 5 }), status({ lag: 7, owned: false })])).toBe(5);
  });
});
