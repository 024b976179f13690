import { chain } from '../testing/rows.js';
import { refuseLength } from './resume-stream.js';

describe('refuseLength', () => {
  const tail = chain([1, 2, 3]);
  it.each([
    ['as many as allowed', { maxEvents: 3, maxBytes: 10_000 }, undefined],
    ['too many', { maxEvents: 2, maxBytes: 10_000 }, 'too_far_behind'],
    ['too much', { maxEvents: 3, maxBytes: 50 }, 'too_far_behind'],
  ])('of %s', (_, limits, refusal) => expect(refuseLength(tail, limits)).toBe(refusal));
});
