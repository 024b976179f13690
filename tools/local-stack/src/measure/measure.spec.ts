import fc from 'fast-check';
import { unmet } from './measurement.js';
import { percentile, summarize } from './percentile.js';
import { seeded } from './random.js';

describe('unmet', () => {
  it('unmet names figures that violate their bound, and those that are missing or not numbers', () => {
    const figures = { slow: 11, small: 4, lost: 1, fine: 5, broken: NaN };
    const required = {
      slow: { max: 10 },
      small: { min: 5 },
      lost: { equals: 0 },
      fine: { max: 5 },
      broken: { max: 1 },
      absent: { min: 0 },
    };
    expect(unmet(figures, required)).toEqual(['slow', 'small', 'lost', 'broken', 'absent']);
  });
});

describe('percentile', () => {
  it('a percentile is a value of the sample that at least that fraction of the sample does not exceed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1 }),
        fc.integer({ min: 1, max: 100 }),
        (values, p) => {
          const sorted = Float64Array.from(values).sort();
          const value = percentile(sorted, p);
          const notAbove = sorted.filter((each) => each <= value).length;
          expect(sorted).toContain(value);
          expect(notAbove / sorted.length).toBeGreaterThanOrEqual(p / 100 - Number.EPSILON);
        },
      ),
    );
  });

  it('the percentile of an empty sample is NaN, so that a bench without samples cannot pass', () =>
    expect(summarize([]).p99).toBeNaN());
});

describe('seeded', () => {
  it('a seeded random sequence is repeatable from its seed and differs between seeds', () => {
    const draw = (seed: number) => Array.from({ length: 20 }, seeded(seed).next);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('a seeded random source draws whole numbers within the bounds', () => {
    const random = seeded(1);
    const drawn = new Set(Array.from({ length: 500 }, () => random.between(2, 4)));
    expect([...drawn].sort()).toEqual([2, 3, 4]);
  });
});
