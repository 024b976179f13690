import fc from 'fast-check';
import type { Change } from '@discord-relay/contracts';
import { chain } from '../testing/rows.js';
import { isCursorOfFeed, refuseLength, refuseCursor, refuseResume, tailAfter } from './resume.js';

const LIMITS = { maxEvents: 3, maxBytes: 1_000 };
const NO_LIMITS = { maxEvents: 1_000, maxBytes: 1e9 };

const tailOf = (...seqs: number[]): Change[] =>
  seqs
    .slice(1)
    .map((seq, i) => ({ seq, prev: seqs[i]!, kind: 'message', body: { content: 'x' } }) as unknown as Change);

/** What the database returns if `kept` of a guild's changes are still stored. */
const boundsOf = (kept: readonly { seq: number; guildPrev: number }[], head: number, after: number) => ({
  head,
  firstGuildPrev: kept.find(({ seq }) => seq > after)?.guildPrev,
});

const seqsOfGuild = fc
  .uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 40 })
  .map((seqs) => seqs.sort((a, b) => a - b));

describe('a cursor of a feed', () => {
  it('a feed is resumed at its head, or where its stored changes continue', () => {
    expect(isCursorOfFeed(9, 9, [])).toBe(true);
    expect(isCursorOfFeed(5, 12, tailOf(5, 9, 12))).toBe(true);
    expect(isCursorOfFeed(0, 9, tailOf(0, 5, 9))).toBe(true);
    expect(isCursorOfFeed(3, 12, tailOf(5, 9, 12))).toBe(false);
    expect(isCursorOfFeed(7, 12, tailOf(5, 12))).toBe(false);
    expect(isCursorOfFeed(3, 12, [])).toBe(false);
  });
});

describe('refusePlace', () => {
  it('a cursor is resumed from exactly if every later change is stored', () => {
    fc.assert(
      fc.property(seqsOfGuild, fc.nat(), fc.nat(), (seqs, at, gone) => {
        const after = [0, ...seqs][at % (seqs.length + 1)]!;
        const kept = chain(seqs).slice(gone % (seqs.length + 1));
        const complete = seqs.filter((seq) => seq > after).every((seq) => kept.some((k) => k.seq === seq));
        const refusal = refuseCursor(after, boundsOf(kept, seqs.at(-1)!, after));
        expect(refusal).toBe(complete ? undefined : 'cursor_too_old');
      }),
    );
  });

  it('a cursor that no change of the guild had is rejected', () => {
    fc.assert(
      fc.property(seqsOfGuild, fc.integer({ min: 1, max: 600 }), (seqs, after) => {
        fc.pre(!seqs.includes(after));
        const refusal = refuseCursor(after, boundsOf(chain(seqs), seqs.at(-1)!, after));
        expect(refusal).toBe('cursor_unknown');
      }),
    );
  });

  it('a cursor that is not a number is treated as unknown', () =>
    expect(refuseCursor(NaN, { head: 5, firstGuildPrev: undefined })).toBe('cursor_unknown'));
});

describe('refuseResume', () => {
  const refuse = (tail: readonly Change[], limits = LIMITS) => refuseResume(1, tail, undefined, limits);

  it('a tail that is too long or too large is rejected', () => {
    expect(refuse(tailOf(1, 2, 3, 4))).toBeUndefined();
    expect(refuse(tailOf(1, 2, 3, 4, 5))).toBe('too_far_behind');
    expect(refuse(tailOf(1, 2, 3), { maxEvents: 3, maxBytes: 10 })).toBe('too_far_behind');
  });

  it('a tail with an unknown kind of change is rejected', () => {
    expect(refuse([{ ...tailOf(1, 2)[0]!, kind: 'later' } as unknown as Change])).toBe('cursor_unknown');
  });

  it('a resume sends everything after a cursor of any feed of the guild, or nothing', () => {
    const guild = seqsOfGuild.map((seqs) => chain(seqs));
    fc.assert(
      fc.property(guild, fc.infiniteStream(fc.boolean()), fc.nat(), fc.nat(600), (all, ours, gone, after) => {
        const inFeed = new Set(all.filter(() => ours.next().value as boolean).map(({ seq }) => seq));
        const seqs = [0, ...inFeed];
        const keptFrom = all[gone % all.length]!.seq;
        const feed = tailOf(...seqs);
        const tail = feed.filter(({ seq }) => seq >= keptFrom && seq > after);
        const kept = all.filter(({ seq }) => seq >= keptFrom);
        const isPlain = isCursorOfFeed(after, seqs.at(-1)!, tail);
        const bounds = isPlain ? undefined : boundsOf(kept, all.at(-1)!.seq, after);
        if (refuseResume(after, tail, bounds, NO_LIMITS)) return;
        const sent = tailAfter(after, tail);
        expect(sent.map(({ seq }) => seq)).toEqual(seqs.filter((seq) => seq > after));
        expect(sent.map(({ prev }) => prev)).toEqual(sent.map((_, i) => sent[i - 1]?.seq ?? after));
      }),
    );
  });
});

describe('refuseLength', () => {
  const tail = chain([1, 2, 3]);
  it.each([
    ['as many as allowed', { maxEvents: 3, maxBytes: 10_000 }, undefined],
    ['too many', { maxEvents: 2, maxBytes: 10_000 }, 'too_far_behind'],
    ['too much', { maxEvents: 3, maxBytes: 50 }, 'too_far_behind'],
  ])('the length of a tail is checked: %s', (_, limits, refusal) =>
    expect(refuseLength(tail, limits)).toBe(refusal),
  );
});
