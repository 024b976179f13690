const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;
const RELATIVE = /^now(?:-(\d{1,9})(ms|s|m|h|d))?$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds since the Unix epoch of a day (UTC) or of a time with its offset in ISO 8601; undefined: it is neither. */
export function instantMs(text: string): number | undefined {
  const ms = INSTANT.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** As {@link instantMs}, also of `now`, `now-2h` and the like. */
export function momentMs(text: string, nowMs: number): number | undefined {
  const relative = RELATIVE.exec(text);
  if (relative) {
    const [, amount = '0', unit = 'ms'] = relative;
    return nowMs - Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return instantMs(text);
}
