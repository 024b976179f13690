import fc from 'fast-check';
import { clampTo, type TimeRange } from '../model/machine-state.js';
import {
  fractionOf,
  lengthOf,
  type Scope,
  SCOPE_MS,
  scopesOf,
  stepsOf,
  timeAfterKey,
  windowFor,
} from './scale.js';

const HOUR_MS = 3_600_000;
const startMs = Date.UTC(2026, 2, 1);

const ranges: fc.Arbitrary<TimeRange> = fc
  .tuple(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 3e11 }))
  .map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length }));
const scopes = fc.constantFrom(...(Object.keys(SCOPE_MS) as Scope[]));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const timeIn = ({ fromMs, toMs }: TimeRange, part: number) => Math.round(fromMs + (toMs - fromMs) * part);

describe('the window of the time machine', () => {
  it('the window is inside the range, has the length of its scope and contains the time, wherever that goes', () => {
    fc.assert(
      fc.property(ranges, scopes, fc.array(share, { minLength: 1 }), (range, scope, path) => {
        let window: TimeRange | undefined;
        for (const part of path) {
          const atMs = timeIn(range, part);
          // A jump beyond the window may need a new window around the time.
          window = windowFor(range, scope, atMs, window);
          expect(lengthOf(window)).toBe(Math.min(SCOPE_MS[scope], lengthOf(range)));
          expect(window.fromMs).toBeGreaterThanOrEqual(range.fromMs);
          expect(window.toMs).toBeLessThanOrEqual(range.toMs);
          expect(clampTo(window, atMs)).toBe(atMs);
        }
      }),
    );
  });

  it('the window stays while the time is inside, and continues at its ends', () => {
    const range = { fromMs: startMs, toMs: startMs + 100 * HOUR_MS };
    const first = windowFor(range, 'hour', startMs + 50 * HOUR_MS);
    expect(windowFor(range, 'hour', first.fromMs + 1, first)).toBe(first);
    const next = windowFor(range, 'hour', first.toMs, first);
    expect(next.fromMs).toBeGreaterThan(first.fromMs);
    expect(next.toMs).toBeGreaterThan(first.toMs);
    const previous = windowFor(range, 'hour', first.fromMs, first);
    expect(previous.fromMs).toBeLessThan(first.fromMs);
    const end = windowFor(range, 'hour', range.toMs, next);
    expect(windowFor(range, 'hour', range.toMs, end)).toBe(end);
  });

  it('only scopes that are shorter than the history are offered', () => {
    expect(scopesOf({ fromMs: 0, toMs: HOUR_MS })).toEqual(['all']);
    expect(scopesOf({ fromMs: 0, toMs: 25 * HOUR_MS })).toEqual(['all', 'day', 'hour']);
    expect(scopesOf({ fromMs: 0, toMs: 1_000 * HOUR_MS })).toEqual(['all', 'month', 'week', 'day', 'hour']);
  });

  it('the position of a time and the time of a position are inverse', () => {
    fc.assert(
      fc.property(ranges, share, (window, part) => {
        const timeMs = timeIn(window, part);
        expect(timeIn(window, fractionOf(window, timeMs))).toBe(timeMs);
      }),
    );
  });
});

describe('the keys of the time machine', () => {
  const day = { fromMs: startMs, toMs: startMs + 24 * HOUR_MS };
  const noon = startMs + 12 * HOUR_MS;

  it('arrow keys move by a usual span that is about a two-hundredth of the window, page keys by a twentieth', () => {
    expect(stepsOf(day)).toEqual({ arrowMs: HOUR_MS / 4, pageMs: 3 * HOUR_MS });
    expect(stepsOf({ fromMs: 0, toMs: 60_000 })).toEqual({ arrowMs: 1_000, pageMs: 5_000 });
    expect(stepsOf({ fromMs: 0, toMs: 1e12 })).toEqual({ arrowMs: 168 * HOUR_MS, pageMs: 168 * HOUR_MS });
  });

  it.each([
    ['ArrowRight', noon + HOUR_MS / 4],
    ['ArrowUp', noon + HOUR_MS / 4],
    ['ArrowLeft', noon - HOUR_MS / 4],
    ['ArrowDown', noon - HOUR_MS / 4],
    ['PageUp', noon + 3 * HOUR_MS],
    ['PageDown', noon - 3 * HOUR_MS],
    ['Home', day.fromMs],
    ['End', day.toMs],
    ['Tab', undefined],
    ['p', undefined],
  ])('the key %s leads from noon to %p', (key, expected) =>
    expect(timeAfterKey(key, noon, day, day)).toBe(expected),
  );

  it('a key and the one in the other direction lead back, unless an end of the range is in the way', () => {
    const pairs = fc.constantFrom(['ArrowRight', 'ArrowLeft'] as const, ['PageUp', 'PageDown'] as const);
    fc.assert(
      fc.property(ranges, pairs, share, (range, [forth, back], part) => {
        const atMs = timeIn(range, part);
        const aheadMs = timeAfterKey(forth, atMs, range, range)!;
        expect(aheadMs).toBeGreaterThanOrEqual(atMs);
        expect(aheadMs).toBeLessThanOrEqual(range.toMs);
        const againMs = timeAfterKey(back, aheadMs, range, range)!;
        if (aheadMs < range.toMs) expect(againMs).toBe(atMs);
        else expect(againMs).toBeLessThanOrEqual(atMs);
      }),
    );
  });

  it('no key leads out of the range', () => {
    expect(timeAfterKey('PageUp', day.toMs - 1, day, day)).toBe(day.toMs);
    expect(timeAfterKey('ArrowLeft', day.fromMs + 1, day, day)).toBe(day.fromMs);
    const wider = { fromMs: startMs - 24 * HOUR_MS, toMs: day.toMs };
    expect(timeAfterKey('PageDown', day.fromMs, day, wider)).toBe(day.fromMs - 3 * HOUR_MS);
    expect(timeAfterKey('Home', noon, day, wider)).toBe(wider.fromMs);
  });
});
