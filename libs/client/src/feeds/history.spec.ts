import fc from 'fast-check';
import type { Snowflake, WireHistoryMessage } from '@discord-relay/contracts/wire';
import { type HistoryPage, pagesOf } from './history.js';

const messageOf = (id: number): WireHistoryMessage => ({
  id: String(id) as Snowflake,
  content: '',
  author: { id: '2' as Snowflake, username: 'a' },
  timestamp: '2026-01-01T00:00:00.000Z',
  editedTimestamp: null,
  pinned: false,
  revision: 0,
  channelId: '10' as Snowflake,
  serverId: '1' as Snowflake,
  seq: id,
});

/** Answers like the service: the page next to the bound, oldest first. */
function channelOf(count: number) {
  const messages = Array.from({ length: count }, (_, i) => messageOf(i + 1));
  let reads = 0;
  const read = ({ before = String(count + 1), after, limit = 50 }: HistoryPage) => {
    reads += 1;
    const found =
      after === undefined
        ? messages.filter(({ seq }) => seq < Number(before)).slice(-limit)
        : messages.filter(({ seq }) => seq > Number(after)).slice(0, limit);
    return Promise.resolve({ messages: found, seq: count });
  };
  return { read, reads: () => reads };
}

async function all(pages: AsyncIterable<WireHistoryMessage[]>): Promise<number[][]> {
  const read: number[][] = [];
  for await (const page of pages) read.push(page.map(({ seq }) => seq));
  return read;
}

describe('pagesOf', () => {
  it('pagesOf reads backwards from the newest message, and each page oldest first', async () => {
    expect(await all(pagesOf(channelOf(5).read, { limit: 2 }))).toEqual([[4, 5], [2, 3], [1]]);
  });

  it('pagesOf reads forwards after a message', async () => {
    expect(await all(pagesOf(channelOf(5).read, { after: '1', limit: 2 }))).toEqual([
      [2, 3],
      [4, 5],
    ]);
  });

  it('pagesOf reads no further than its reader', async () => {
    const { read, reads } = channelOf(100);
    for await (const page of pagesOf(read, { limit: 10 })) if (page[0]!.seq <= 81) break;
    expect(reads()).toBe(2);
  });

  it('pagesOf reads every message once, in either direction', async () => {
    const sizes = [fc.nat(60), fc.integer({ min: 1, max: 20 }), fc.nat(60)] as const;
    await fc.assert(
      fc.asyncProperty(...sizes, async (count, limit, bound) => {
        const { read } = channelOf(count);
        const later = await all(pagesOf(read, { after: String(bound), limit }));
        const earlier = await all(pagesOf(read, { before: String(bound + 1), limit }));
        const together = [...earlier.reverse().flat(), ...later.flat()];
        expect(together).toEqual(Array.from({ length: count }, (_, i) => i + 1));
      }),
    );
  });
});
