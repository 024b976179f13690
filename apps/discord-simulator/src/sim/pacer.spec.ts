import { SteadyPacer } from './pacer.js';

const run = (perSecond: number, timesMs: number[]): number[] => {
  const pacer = new SteadyPacer(perSecond);
  pacer.due(0);
  return timesMs.map((atMs) => pacer.due(atMs).steps);
};
const every = (stepMs: number, untilMs: number) =>
  Array.from({ length: untilMs / stepMs }, (_, i) => (i + 1) * stepMs);
const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);

describe('steady pacer', () => {
  it.each([1, 200, 500, 5000, 6000])('keeps %i a second', (perSecond) => {
    expect(sum(run(perSecond, every(2, 3000)))).toBe(perSecond * 3);
  });

  it('spreads what a stall left behind instead of sending it at once', () => {
    const steps = run(5000, [500, ...every(2, 1000).map((ms) => 500 + ms)]);
    expect(Math.max(...steps)).toBe(40);
    expect(sum(steps)).toBe(7500);
  });

  it('sleeps until the next step is due at low rates', () => {
    const pacer = new SteadyPacer(2);
    expect(pacer.due(0)).toEqual({ steps: 0, waitMs: 500 });
    expect(pacer.due(500)).toEqual({ steps: 1, waitMs: 500 });
  });
});
