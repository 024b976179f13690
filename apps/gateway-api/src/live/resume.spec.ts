import fc from 'fast-check';
import type { Change } from '@discord-relay/contracts';
import { refuseResume } from './resume.js';

const LIMITS = { maxEvents: 3, maxBytes: 1_000 };

const tailOf = (...chain: number[]): Change[] =>
  chain
    .slice(1)
    .map(
      (seq, i) => ({ seq, prev: chain[i]!, kind: 'message', body: { content: 'x' } }) as unknown as Change,
    );

describe('refuseResume', () => {
  it('resumes at the head with nothing to send', () => {
    expect(refuseResume(9, 9, [], LIMITS)).toBeUndefined();
  });

  it('resumes when the tail continues at the cursor', () => {
    expect(refuseResume(5, 12, tailOf(5, 9, 12), LIMITS)).toBeUndefined();
  });

  it('resumes from the beginning when the whole chain is there', () => {
    expect(refuseResume(0, 9, tailOf(0, 5, 9), LIMITS)).toBeUndefined();
  });

  it('refuses a cursor whose continuation is no longer kept', () => {
    expect(refuseResume(3, 12, tailOf(5, 9, 12), LIMITS)).toBe('cursor_too_old');
    expect(refuseResume(3, 12, [], LIMITS)).toBe('cursor_too_old');
  });

  it('refuses a cursor that is no place in the chain', () => {
    expect(refuseResume(7, 12, tailOf(5, 9, 12), LIMITS)).toBe('cursor_unknown');
    expect(refuseResume(13, 12, [], LIMITS)).toBe('cursor_unknown');
  });

  it('refuses a tail that is too long or too large', () => {
    expect(refuseResume(1, 5, tailOf(1, 2, 3, 4, 5), LIMITS)).toBe('too_far_behind');
    expect(refuseResume(1, 3, tailOf(1, 2, 3), { maxEvents: 3, maxBytes: 10 })).toBe('too_far_behind');
  });

  it('refuses a tail with a change of a kind it does not know', () => {
    const tail = [{ ...tailOf(1, 2)[0]!, kind: 'later' } as unknown as Change];
    expect(refuseResume(1, 2, tail, LIMITS)).toBe('cursor_unknown');
  });

  it('never resumes with a part of what follows the cursor', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }),
        fc.nat(12),
        fc.nat(31),
        (seqs, kept, after) => {
          const chain = [0, ...seqs.sort((a, b) => a - b)];
          const stored = tailOf(...chain).slice(-kept);
          const tail = stored.filter(({ seq }) => seq > after);
          const expected = tailOf(...chain).filter(({ seq }) => seq > after);
          if (refuseResume(after, chain.at(-1)!, tail, { maxEvents: 100, maxBytes: 1e6 })) return;
          expect(tail).toEqual(expected);
          expect(chain).toContain(after);
        },
      ),
    );
  });
});
