import type { PollState } from '@discord-relay/contracts';
import { pollEnds, pollEndText } from './poll-ends.js';

const poll = (change: Partial<PollState> = {}): PollState => ({
  question: 'Tea or coffee?',
  answers: [
    { id: 1, text: 'Tea', emoji: null },
    { id: 2, text: 'Coffee', emoji: null },
  ],
  expiresAt: new Date(10_000).toISOString() as PollState['expiresAt'],
  multiselect: false,
  results: null,
  ...change,
});
const results = (finalized: boolean, ...counts: number[]): PollState['results'] => ({
  finalized,
  counts: counts.map((count, index) => ({ answerId: index + 1, count })),
});

describe('the end of a poll', () => {
  it('a poll ends once, when its time is over', () => {
    const messages = [{ id: '1', poll: poll() }, { id: '2' }];
    const open = pollEnds(messages, new Set(), 9_999);
    expect(open).toEqual({ openIds: new Set(['1']), ended: [] });
    const over = pollEnds(messages, open.openIds, 10_000);
    expect(over).toEqual({ openIds: new Set(), ended: [poll()] });
    expect(pollEnds(messages, over.openIds, 10_001).ended).toEqual([]);
  });

  it('a poll ends before its time when its result is final', () => {
    const closed = poll({ results: results(true, 2, 1) });
    expect(pollEnds([{ id: '1', poll: closed }], new Set(['1']), 0).ended).toEqual([closed]);
  });

  it('a poll without an end stays open until its result is final', () =>
    expect(pollEnds([{ id: '1', poll: poll({ expiresAt: null }) }], new Set(['1']), 1e15)).toEqual({
      ...{ openIds: new Set(['1']), ended: [] },
    }));

  it('a poll that was over when it was loaded, or that is deleted, does not end', () => {
    expect(pollEnds([{ id: '1', poll: poll() }], new Set(), 20_000).ended).toEqual([]);
    expect(pollEnds([], new Set(['1']), 20_000).ended).toEqual([]);
  });

  it('the end of a poll names the answers with the most votes, as text without control characters', () => {
    expect(pollEndText(poll({ results: results(true, 2, 1) }))).toBe(
      'The poll “Tea or coffee?” has ended. Most votes: Tea.',
    );
    expect(pollEndText(poll({ results: results(true, 1, 1) }))).toContain('Most votes: Tea, Coffee.');
    expect(pollEndText(poll({ question: 'a\u202eb', results: results(true) }))).toBe(
      'The poll “ab” has ended.',
    );
    expect(pollEndText(poll({ question: null }))).toBe('The poll “A poll” has ended.');
  });
});
