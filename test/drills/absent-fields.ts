import fc from 'fast-check';
import type { Figures, Measurement } from '@discord-relay/local-stack';
import { anyCase } from '../support/absent-fields/absent-cases.js';
import { isWrong, wrongs } from '../support/absent-fields/absent-property.js';

const none = { equals: 0 };

/** The property of test/measure/absent-fields.spec.ts at length; needs no server. */
export const absentFields: Measurement = {
  name: 'absent-fields',
  description: 'dispatches with keys left out or garbled, in memory; --rounds: how many (100,000)',
  required: {
    grown: none,
    grownFromNothing: none,
    deleted: none,
    notRecorded: none,
    announcedOtherwise: none,
  },
  run: ({ seed, rounds = 100_000, progress }) => Promise.resolve(check(seed, rounds, progress)),
};

function check(seed: number, rounds: number, progress: (line: string) => void): Figures {
  const figures: Record<string, number> = { cases: 0 };
  const property = fc.property(anyCase, (each) => {
    const found = wrongs(each);
    figures.cases! += 1;
    if (figures.cases! % 10_000 === 0) progress(`${figures.cases} of ${rounds}`);
    for (const [wrong, list] of Object.entries(found))
      figures[wrong] = (figures[wrong] ?? 0) + Number(list.length > 0);
    if (isWrong(found)) progress(JSON.stringify({ ...each, found }));
  });
  fc.assert(property, { numRuns: rounds, seed });
  return figures;
}
