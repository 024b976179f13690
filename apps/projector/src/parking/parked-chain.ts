/** A parked event and what it is about. */
export interface ParkedKeys {
  seq: number;
  keys: readonly string[];
}

/** Those behind the first of `parked`, which is in the order of the log: about the same, or about the same as they. */
export function followersOf([first, ...later]: readonly ParkedKeys[]): number[] {
  const keys = new Set(first?.keys);
  return later.filter((each) => joins(each, keys)).map(({ seq }) => seq);
}

/** All that `seq` cannot be told apart from: whatever shares a key with it, or with another of them, in order. */
export function parkedTogether(parked: readonly ParkedKeys[], seq: number): number[] {
  const keys = new Set(parked.find((each) => each.seq === seq)?.keys);
  let found: ParkedKeys[] = [];
  for (let before = -1; before !== found.length;) {
    before = found.length;
    found = parked.filter((each) => joins(each, keys));
  }
  return found.map((each) => each.seq);
}

/** Whether it is about any of the keys; all that it is about is among them then. */
export function joins(each: Pick<ParkedKeys, 'keys'>, keys: Set<string>): boolean {
  if (!each.keys.some((key) => keys.has(key))) return false;
  for (const key of each.keys) keys.add(key);
  return true;
}
