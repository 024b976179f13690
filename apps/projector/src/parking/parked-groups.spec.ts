import fc from 'fast-check';
import { followersOf, parkedTogether } from './parked-groups.js';

const parked = [
  { seq: 1, keys: ['a'] },
  { seq: 2, keys: ['b'] },
  { seq: 3, keys: ['a', 'c'] },
  { seq: 4, keys: ['c'] },
  { seq: 5, keys: ['b'] },
];

it('finds what follows an event, and what follows that', () => {
  expect(followersOf(parked)).toEqual([3, 4]);
  expect(followersOf(parked.slice(1))).toEqual([5]);
  expect(followersOf([])).toEqual([]);
});

it('finds what an event is parked together with, also before it', () => {
  expect(parkedTogether(parked, 4)).toEqual([1, 3, 4]);
  expect(parkedTogether(parked, 2)).toEqual([2, 5]);
  expect(parkedTogether(parked, 9)).toEqual([]);
});

it('parts all that is parked into groups that share no key', () => {
  const keys = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(keys, { minLength: 1, maxLength: 12 }), (all) => {
      const events = all.map((each, seq) => ({ seq, keys: each }));
      const keysOf = (seqs: number[]) => new Set(seqs.flatMap((seq) => events[seq]!.keys));
      for (const { seq } of events) {
        const group = parkedTogether(events, seq);
        expect(group).toContain(seq);
        for (const other of group) expect(parkedTogether(events, other)).toEqual(group);
        const others = events.map((each) => each.seq).filter((each) => !group.includes(each));
        expect([...keysOf(others)].filter((key) => keysOf(group).has(key))).toEqual([]);
      }
    }),
  );
});
