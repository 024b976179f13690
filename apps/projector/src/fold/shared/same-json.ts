/** Whether two JSON values are equal, regardless of the order of keys, which jsonb does not keep. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameJson((a as Keyed)[key], (b as Keyed)[key]));
}

type Keyed = Record<string, unknown>;

/** The new row, or null if it differs from the old one at most in `seq`. */
export function changed<Row extends { seq: number }>(before: Row | undefined, after: Row): Row | null {
  return before && sameJson({ ...after, seq: before.seq }, before) ? null : after;
}
