import fc from 'fast-check';
import { SilenceEstimator } from './silence-estimator.js';

const MIN_MS = 60_000;

/** Arrivals of a Poisson process, from a uniform sample. */
function listen(uniform: readonly number[], meanMs: number): { estimator: SilenceEstimator; endMs: number } {
  const estimator = new SilenceEstimator(0, MIN_MS);
  let nowMs = 0;
  for (const each of uniform) {
    nowMs += -Math.log(1 - each) * meanMs;
    estimator.arrived(nowMs);
  }
  return { estimator, endMs: nowMs };
}

const samples = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 100, maxLength: 400 });

describe('SilenceEstimator', () => {
  it('SilenceEstimator suspects nothing while it knows nothing', () => {
    const estimator = new SilenceEstimator(0, MIN_MS);
    expect(estimator.isTooSilent(1e9)).toBe(false);
    estimator.arrived(1e9);
    expect(estimator.isTooSilent(2e9)).toBe(false);
  });

  it('SilenceEstimator never suspects a silence shorter than the minimum', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 600_000 }), (uniform, meanMs) => {
        const { estimator, endMs } = listen(uniform, meanMs);
        expect(estimator.isTooSilent(endMs + MIN_MS - 1)).toBe(false);
      }),
    );
  });

  it('SilenceEstimator gives a busy shard the minimum', () => {
    fc.assert(
      fc.property(samples, (uniform) => {
        const { estimator, endMs } = listen(uniform, 50);
        expect(estimator.isTooSilent(endMs + MIN_MS + 1)).toBe(true);
      }),
    );
  });

  it('SilenceEstimator gives a quiet shard the time that has one chance in a million at its pace', () => {
    const pace = 1 - Math.exp(-1);
    const { estimator } = listen(new Array<number>(200).fill(pace), 30_000);
    expect(estimator.limitMs / 30_000).toBeGreaterThan(13);
    expect(estimator.limitMs / 30_000).toBeLessThan(14.5);
  });

  it('SilenceEstimator suspects every silence longer than a suspicious one', () => {
    fc.assert(
      fc.property(samples, fc.nat(10_000_000), fc.nat(10_000_000), (uniform, a, b) => {
        const { estimator, endMs } = listen(uniform, 5_000);
        if (estimator.isTooSilent(endMs + Math.min(a, b)))
          expect(estimator.isTooSilent(endMs + Math.max(a, b))).toBe(true);
      }),
    );
  });

  it('SilenceEstimator learns from a real silence: the next alarm takes twice as long', () => {
    const { estimator, endMs } = listen(new Array<number>(1_000).fill(0.5), 50);
    const alarmMs = endMs + MIN_MS + 1;
    expect(estimator.isTooSilent(alarmMs)).toBe(true);
    estimator.reconnected(alarmMs);
    expect(estimator.isTooSilent(alarmMs + 1_000)).toBe(false);
    expect(estimator.isTooSilent(endMs + 2 * MIN_MS + 10)).toBe(true);
  });

  it('SilenceEstimator learns nothing from a silence that ended with the old connection', () => {
    const { estimator, endMs } = listen(new Array<number>(1_000).fill(0.5), 50);
    const alarmMs = endMs + MIN_MS + 1;
    estimator.reconnected(alarmMs);
    estimator.arrived(alarmMs + 500);
    expect(estimator.limitMs).toBe(MIN_MS);
  });

  it('SilenceEstimator adapts when a quiet shard becomes busy', () => {
    const estimator = new SilenceEstimator(0, MIN_MS);
    estimator.arrived(0);
    estimator.arrived(3_600_000);
    expect(estimator.limitMs).toBeGreaterThanOrEqual(7_200_000);
    for (let nowMs = 3_600_000; nowMs < 3 * 3_600_000; nowMs += 1_000) estimator.arrived(nowMs);
    expect(estimator.limitMs).toBe(MIN_MS);
  });
});
