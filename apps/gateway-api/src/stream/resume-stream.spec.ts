import fc from 'fast-check';
import { chain } from '../testing/rows.js';
import { refuseLength, refuseStreamResume } from './resume-stream.js';

/** What the database answers when `kept` of a guild's changes are still there. */
const boundsOf = (kept: { seq: number; guildPrev: number }[], head: number, after: number) => ({
  head,
  firstGuildPrev: kept.find(({ seq }) => seq > after)?.guildPrev,
});

const seqsOfGuild = fc
  .uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 40 })
  .map((seqs) => seqs.sort((a, b) => a - b));

describe('refuseStreamResume', () => {
  it('goes on from a cursor exactly when every change after it is kept', () => {
    fc.assert(
      fc.property(seqsOfGuild, fc.nat(), fc.nat(), (seqs, at, gone) => {
        const after = [0, ...seqs][at % (seqs.length + 1)]!;
        const kept = chain(seqs).slice(gone % (seqs.length + 1));
        const complete = seqs.filter((seq) => seq > after).every((seq) => kept.some((k) => k.seq === seq));
        const refusal = refuseStreamResume(after, boundsOf(kept, seqs.at(-1)!, after));
        expect(refusal).toBe(complete ? undefined : 'cursor_too_old');
      }),
    );
  });

  it('knows nothing of cursors that no change of the guild had', () => {
    fc.assert(
      fc.property(seqsOfGuild, fc.integer({ min: 1, max: 600 }), (seqs, after) => {
        fc.pre(!seqs.includes(after));
        const refusal = refuseStreamResume(after, boundsOf(chain(seqs), seqs.at(-1)!, after));
        expect(refusal).toBe('cursor_unknown');
      }),
    );
  });

  it('takes what is no number for unknown', () =>
    expect(refuseStreamResume(NaN, { head: 5, firstGuildPrev: undefined })).toBe('cursor_unknown'));
});

describe('refuseLength', () => {
  const tail = chain([1, 2, 3]);
  it.each([
    ['as many as allowed', { maxEvents: 3, maxBytes: 10_000 }, undefined],
    ['too many', { maxEvents: 2, maxBytes: 10_000 }, 'too_far_behind'],
    ['too much', { maxEvents: 3, maxBytes: 50 }, 'too_far_behind'],
  ])('of %s', (_, limits, refusal) => expect(refuseLength(tail, limits)).toBe(refusal));
});
