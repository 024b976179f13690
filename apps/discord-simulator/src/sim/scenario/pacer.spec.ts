import { LivelyPacer, SteadyPacer } from './pacer.js';

const run = (perSecond: number, timesMs: number[]): number[] => {
  const pacer = new SteadyPacer(perSecond);
  pacer.due(0);
  return timesMs.map((atMs) => pacer.due(atMs).steps);
};
const every = (stepMs: number, untilMs: number) =>
  Array.from({ length: untilMs / stepMs }, (_, i) => (i + 1) * stepMs);
const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);

describe('steady pacer', () => {
  it.each([1, 200, 500, 5000, 6000])('a steady pacer keeps a rate of %i a second', (perSecond) => {
    expect(sum(run(perSecond, every(2, 3000)))).toBe(perSecond * 3);
  });

  it('a steady pacer spreads the steps after a stall instead of playing them at once', () => {
    const steps = run(5000, [500, ...every(2, 1000).map((ms) => 500 + ms)]);
    expect(Math.max(...steps)).toBe(40);
    expect(sum(steps)).toBe(7500);
  });

  it('a steady pacer sleeps until the next step is due at low rates', () => {
    const pacer = new SteadyPacer(2);
    expect(pacer.due(0)).toEqual({ steps: 0, waitMs: 500 });
    expect(pacer.due(500)).toEqual({ steps: 1, waitMs: 500 });
  });
});

describe('lively pacer', () => {
  it('a lively pacer waits for a client, starts busily, and then pauses', () => {
    let listening = false;
    const pacer = new LivelyPacer(
      () => 0.5,
      () => listening,
    );
    expect([pacer.due().steps, pacer.due().steps]).toEqual([0, 0]);
    listening = true;
    expect(pacer.due().steps).toBe(0);
    const paces = Array.from({ length: 40 }, () => pacer.due());
    expect(paces.every(({ steps }) => steps === 1)).toBe(true);
    expect(sum(paces.slice(0, 29).map(({ waitMs }) => waitMs))).toBeLessThan(5_000);
    expect(Math.min(...paces.slice(30).map(({ waitMs }) => waitMs))).toBeGreaterThan(1_000);
  });
});
