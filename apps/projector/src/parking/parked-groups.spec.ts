import fc from 'fast-check';
import { followersOf, parkedGroup } from './parked-groups.js';

const parked = [
  { seq: 1, keys: ['a'] },
  { seq: 2, keys: ['b'] },
  { seq: 3, keys: ['a', 'c'] },
  { seq: 4, keys: ['c'] },
  { seq: 5, keys: ['b'] },
];

it('the followers of a parked event are found, with their followers', () => {
  expect(followersOf(parked)).toEqual([3, 4]);
  expect(followersOf(parked.slice(1))).toEqual([5]);
  expect(followersOf([])).toEqual([]);
});

it('the whole group of a parked event is found, also earlier members', () => {
  expect(parkedGroup(parked, 4)).toEqual([1, 3, 4]);
  expect(parkedGroup(parked, 2)).toEqual([2, 5]);
  expect(parkedGroup(parked, 9)).toEqual([]);
});

it('parked events are divided into groups that share no key', () => {
  const keys = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(keys, { minLength: 1, maxLength: 12 }), (all) => {
      const events = all.map((each, seq) => ({ seq, keys: each }));
      const keysOf = (seqs: number[]) => new Set(seqs.flatMap((seq) => events[seq]!.keys));
      const groups = events.map(({ seq }) => parkedGroup(events, seq));
      for (const { seq } of events) {
        const group = groups[seq]!;
        expect(group).toContain(seq);
        expect(group.map((other) => groups[other])).toEqual(group.map(() => group));
        const others = events.map((each) => each.seq).filter((each) => !group.includes(each));
        expect([...keysOf(others)].filter((key) => keysOf(group).has(key))).toEqual([]);
      }
    }),
  );
});
