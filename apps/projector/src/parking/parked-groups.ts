import { waitsFor } from '../fold/index.js';

/** A parked event and the keys of what it is about. */
export interface ParkedKeys {
  seq: number;
  keys: readonly string[];
}

/** The followers of the first of `parked`, which are in the order of the log, and the followers of those. */
export function followersOf([first, ...later]: readonly ParkedKeys[]): number[] {
  const keys = new Set(first?.keys);
  return later.filter((each) => joinIfBlocked(each, keys)).map(({ seq }) => seq);
}

/** Every event that `seq` waits for or blocks, directly or through others, in the order of the log. */
export function parkedGroup(parked: readonly ParkedKeys[], seq: number): number[] {
  const group = parked.filter((each) => each.seq === seq);
  const holds = new Set(group.flatMap(({ keys }) => keys));
  const waits = new Set(group.flatMap(({ keys }) => waitsFor(keys)));
  const found = new Set(group);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const each of parked) {
      const belongs =
        waitsFor(each.keys).some((key) => holds.has(key)) || each.keys.some((key) => waits.has(key));
      if (found.has(each) || !belongs) continue;
      found.add(each);
      for (const key of each.keys) holds.add(key);
      for (const key of waitsFor(each.keys)) waits.add(key);
    }
  }
  return parked.filter((each) => found.has(each)).map((each) => each.seq);
}

/** Whether the event has to wait for any of the keys. If so, adds its own keys to them. */
export function joinIfBlocked(each: Pick<ParkedKeys, 'keys'>, keys: Set<string>): boolean {
  if (!waitsFor(each.keys).some((key) => keys.has(key))) return false;
  for (const key of each.keys) keys.add(key);
  return true;
}
