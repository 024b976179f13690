import type { Decoded } from './decode-entry.js';
import { parkingKeys, waitsFor } from '../fold/index.js';

type Readable = Exclude<Decoded, { kind: 'newer' }>;

/** Code of an event that is parked only because an earlier event about the same thing is parked. */
export const FOLLOWS = 'FOLLOWS';

/**
 * Parks every event that shares a key with an earlier parked event of this batch or of an earlier one (`blocked`), directly or
 * through other such events. Returns the batch and the keys that are blocked afterwards.
 */
export function parkFollowers(
  decoded: Readable[],
  blocked: ReadonlySet<string>,
): { decoded: Readable[]; blocked: ReadonlySet<string> } {
  if (blocked.size === 0 && decoded.every(({ kind }) => kind !== 'poison')) return { decoded, blocked };
  const keysNow = new Set(blocked);
  const sorted = decoded.map((item): Readable => {
    if (item.kind === 'skipped') return item;
    const keys = parkingKeys(item.event);
    const first = waitsFor(keys).find((key) => keysNow.has(key));
    if (item.kind === 'event' && first === undefined) return item;
    for (const key of keys) keysNow.add(key);
    if (item.kind === 'poison') return item;
    const { entry, event } = item;
    return { kind: 'poison', entry, event, code: FOLLOWS, message: `after a parked event of ${first}` };
  });
  return { decoded: sorted, blocked: keysNow };
}
