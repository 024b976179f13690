import fc from 'fast-check';
import { ChannelHistory, type PageQuery } from './channel-history.js';
import type { MessageRecord } from './records.js';

const message = (id: number): MessageRecord => ({
  id: String(id),
  channelId: '1',
  authorId: '2',
  content: `m${id}`,
  atMs: id,
  editedAtMs: null,
  replyToId: null,
  tts: false,
  nonce: null,
  embeds: [],
});
const historyOf = (ids: number[], capacity = 10_000): ChannelHistory => {
  const history = new ChannelHistory(capacity);
  for (const id of ids) history.put(message(id));
  return history;
};

/** Discord's definition, implemented naively. */
function naivePage(ids: number[], { after, before, around, limit }: PageQuery): number[] {
  const ascending = [...new Set(ids)].sort((a, b) => a - b);
  const oldestAbove = (id: number, count: number) => ascending.filter((each) => each > id).slice(0, count);
  const newestUpTo = (id: number, count: number) => ascending.filter((each) => each <= id).slice(-count);
  if (after !== undefined) return oldestAbove(Number(after), limit).reverse();
  if (before !== undefined) return newestUpTo(Number(before) - 1, limit).reverse();
  if (around === undefined) return newestUpTo(Infinity, limit).reverse();
  const middle = Number(around);
  return [
    ...newestUpTo(middle, Math.ceil(limit / 2)),
    ...oldestAbove(middle, Math.floor(limit / 2)),
  ].reverse();
}

const anchor = fc.integer({ min: 1, max: 1100 }).map(String);
const queries = fc.record(
  { after: anchor, before: anchor, around: anchor, limit: fc.integer({ min: 1, max: 100 }) },
  { requiredKeys: ['limit'] },
);
const oneAnchor = queries.filter(
  ({ after, before, around }) => [after, before, around].filter((each) => each !== undefined).length <= 1,
);

describe('channel history', () => {
  it('a channel history has the pages of a naive model, whatever the order of arrival', () => {
    const ids = fc.array(fc.integer({ min: 1, max: 1100 }), { maxLength: 150 });
    fc.assert(
      fc.property(ids, oneAnchor, (stored, query) => {
        const page = historyOf(stored).page(query);
        expect(page.map(({ id }) => Number(id))).toEqual(naivePage(stored, query));
      }),
    );
  });

  it('a channel history returns every message once when paging by after, as a backfill does', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { maxLength: 300 });
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 100 }), (stored, limit) => {
        const history = historyOf(stored);
        const seen: number[] = [];
        for (let after = '0'; ;) {
          const page = history.page({ after, limit });
          if (page.length === 0) break;
          seen.push(...page.map(({ id }) => Number(id)).reverse());
          after = page[0]?.id ?? '';
        }
        expect(seen).toEqual([...stored].sort((a, b) => a - b));
      }),
    );
  });

  it('a channel history replaces a message of the same id and deletes by id', () => {
    const history = historyOf([1, 2, 3]);
    history.put({ ...message(2), content: 'new' });
    expect(history.get('2')?.content).toBe('new');
    expect(history.size).toBe(3);
    expect(history.delete('2')).toBe(true);
    expect(history.delete('2')).toBe(false);
    expect(history.get('2')).toBeUndefined();
  });

  it('a channel history removes the oldest messages beyond its capacity and counts them', () => {
    const history = historyOf(
      Array.from({ length: 1000 }, (_, i) => i + 1),
      10,
    );
    expect(history.size).toBeLessThanOrEqual(10 + 256);
    expect(history.size + history.forgotten).toBe(1000);
    expect(history.page({ limit: 1 })[0]?.id).toBe('1000');
  });
});
