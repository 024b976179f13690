import type { Measurement } from '@discord-relay/local-stack';
import { measurements as benches } from '../../bench/index.js';
import { figuresOf, rampUpTo, saturate, saturation, type Step } from '../../bench/pipeline/saturation.js';
import { pipeline } from '../drills/pipeline.js';
import { projector } from '../drills/projector.js';
import { withTempStack } from '../support/stacks/temp-stack.js';
import { expectMet, expectShortForm, SHORT_FORM_LIMIT_MS, SHORT_FORM_SEED } from './short-form.js';

describe('the short form of', () => {
  it(
    'drill pipeline: kill -9 of every service once, without losses or duplicates',
    () => expectShortForm(pipeline, 1),
    SHORT_FORM_LIMIT_MS,
  );

  it(
    'drill projector: crashes, pauses and restarts leave the rows that the log determines',
    () => expectShortForm(projector, 5),
    SHORT_FORM_LIMIT_MS,
  );
});

describe('bench saturation', () => {
  it(
    'the short form of bench saturation delivers every message, of the relay and of the simplest shape',
    () =>
      withTempStack({ progress: () => undefined }, async (temp) => {
        const ramp = { seed: SHORT_FORM_SEED, fromPerS: 20, steps: 1, seconds: 1 };
        const counted = ['missed', 'simplest_missed'];
        await expectMet(saturation, (progress) => saturate(temp, { ...ramp, progress }), counted);
      }),
    SHORT_FORM_LIMIT_MS,
  );

  const step = (perS: number, holds: boolean): Step => ({
    perS,
    p99Ms: holds ? 10 : 300,
    missed: 0,
    usages: [
      { name: 'projector', cores: 0.4, loopP99Ms: 12 },
      { name: 'clients', cores: 0.9, loopP99Ms: undefined },
    ],
    holds,
  });

  it('bench saturation ends with the first rate that does not hold, and names the one before and what is full', async () => {
    const steps = await rampUpTo({ fromPerS: 100, steps: 9 }, async (perS) => step(perS, perS < 150));
    expect(steps.map(({ perS }) => perS)).toEqual([100, 130, 169]);
    expect(figuresOf(steps, '')).toEqual({
      heldPerS: 130,
      heldP99Ms: 10,
      lastPerS: 169,
      lastP99Ms: 300,
      missed: 0,
      fullest_clients: 0.9,
      cores: 1.3,
      cores_projector: 0.4,
      loopP99Ms_projector: 12,
      cores_clients: 0.9,
    });
  });

  it('bench saturation holds no rate if the first one does not hold', async () =>
    expect(figuresOf([step(100, false)], 'simplest_')).toMatchObject({ simplest_heldPerS: 0 }));
});

describe('benches', () => {
  it('benches have unique names and require figures', () => {
    const names = benches.map(({ name }: Measurement) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { required } of benches) expect(Object.keys(required).length).toBeGreaterThan(0);
  });
});
