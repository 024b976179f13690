/** What any request of ours needs is two deep; what parses and validates it recurses, and would run out of stack. */
const MAX_DEPTH = 32;

/** Whether a parsed value is nested deeper than any request may be. Does not recurse. */
export function isTooDeep(value: unknown, maxDepth = MAX_DEPTH): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}
