import { waitsFor } from '../fold/index.js';

/** A parked event and the keys of the entities that it changes. */
export interface ParkedKeys {
  seq: number;
  keys: readonly string[];
}

/** The direct and indirect followers of the first event of `parked`, which is in the order of the log. */
export function followersOf([first, ...later]: readonly ParkedKeys[]): number[] {
  const keys = new Set(first?.keys);
  return later.filter((each) => joinIfBlocked(each, keys)).map(({ seq }) => seq);
}

/** Every event that `seq` follows or blocks, directly or indirectly, in the order of the log. */
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

/** Returns whether any of the keys blocks the event, and adds the event's own keys to them if so. */
export function joinIfBlocked(each: Pick<ParkedKeys, 'keys'>, keys: Set<string>): boolean {
  if (!waitsFor(each.keys).some((key) => keys.has(key))) return false;
  for (const key of each.keys) keys.add(key);
  return true;
}
