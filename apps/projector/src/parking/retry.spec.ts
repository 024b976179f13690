import type { ParkedOutcome } from '@discord-relay/contracts';
import { addFailure } from './retry.js';

it('a retry lists the first ten failures and counts the others', () => {
  const outcome: ParkedOutcome = { applied: 0, kept: 13, failures: [], moreFailures: 0 };
  for (let seq = 1; seq <= 13; seq++) addFailure(outcome, { seq, code: '22000', message: 'refused' });
  expect(outcome.failures.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(outcome.moreFailures).toBe(3);
});
