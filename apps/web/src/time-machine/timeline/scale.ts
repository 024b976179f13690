import { clampTo, type TimeRange } from '../model/machine-state.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How much of the history the bar covers; `all`: everything. */
export const SCOPE_MS = {
  all: Infinity,
  month: 30 * DAY_MS,
  week: 7 * DAY_MS,
  day: DAY_MS,
  hour: HOUR_MS,
} as const;
export type Scope = keyof typeof SCOPE_MS;

export const lengthOf = ({ fromMs, toMs }: TimeRange): number => toMs - fromMs;

/** The scopes that are smaller than the range, and everything. */
export const scopesOf = (range: TimeRange): Scope[] =>
  (Object.keys(SCOPE_MS) as Scope[]).filter((scope) => scope === 'all' || SCOPE_MS[scope] < lengthOf(range));

/** A new window has this part of its length on the other side of the time that has left the earlier one. */
const MARGIN = 0.1;

/**
 * The part of the range that the bar covers: it stays while the time is inside, and otherwise continues in the direction of the
 * time, so that the bar can be moved through the whole range.
 * @param before the part that was covered last, with its scope; undefined: none
 */
export function windowFor(range: TimeRange, scope: Scope, atMs: number, before?: TimeRange): TimeRange {
  const length = Math.min(SCOPE_MS[scope], lengthOf(range));
  if (!before || lengthOf(before) !== length) return windowFrom(range, atMs - length / 2, length);
  if (atMs >= before.toMs && before.toMs < range.toMs)
    return windowFrom(range, atMs - length * MARGIN, length);
  if (atMs <= before.fromMs && before.fromMs > range.fromMs)
    return windowFrom(range, atMs - length * (1 - MARGIN), length);
  return before;
}

function windowFrom(range: TimeRange, startMs: number, length: number): TimeRange {
  const fromMs = clampTo({ fromMs: range.fromMs, toMs: range.toMs - length }, startMs);
  return { fromMs, toMs: fromMs + length };
}

/** The position of a time in a window, 0 to 1. */
export const fractionOf = (window: TimeRange, timeMs: number): number =>
  (clampTo(window, timeMs) - window.fromMs) / lengthOf(window);

const STEPS_MS = [
  SECOND_MS,
  5 * SECOND_MS,
  15 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  DAY_MS,
  7 * DAY_MS,
] as const;
/** About this many steps of an arrow key, or of a page key, cover the window. */
const ARROW_STEPS = 200;
const PAGE_STEPS = 20;

/** How far an arrow key moves, and a page key: usual spans of time. */
export function stepsOf(window: TimeRange): { arrowMs: number; pageMs: number } {
  const stepFor = (count: number) => {
    const least = lengthOf(window) / count;
    return STEPS_MS.find((step) => step >= least) ?? STEPS_MS.at(-1)!;
  };
  return { arrowMs: stepFor(ARROW_STEPS), pageMs: stepFor(PAGE_STEPS) };
}

/** The time that a key of a slider leads to; undefined: it is no such key. */
export function timeAfterKey(
  key: string,
  atMs: number,
  window: TimeRange,
  range: TimeRange,
): number | undefined {
  const { arrowMs, pageMs } = stepsOf(window);
  const moves: Readonly<Record<string, number>> = {
    ArrowRight: arrowMs,
    ArrowUp: arrowMs,
    ArrowLeft: -arrowMs,
    ArrowDown: -arrowMs,
    PageUp: pageMs,
    PageDown: -pageMs,
    Home: -Infinity,
    End: Infinity,
  };
  const move = moves[key];
  return move === undefined ? undefined : clampTo(range, atMs + move);
}
