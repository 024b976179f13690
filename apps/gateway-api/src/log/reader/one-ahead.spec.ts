import { setImmediate as turn } from 'node:timers/promises';
import { oneAhead } from './one-ahead.js';

/** Items 1 to `count`; `started` has each item that was asked for. */
function counted(count: number): { items: AsyncGenerator<number>; started: number[]; ended: () => boolean } {
  const started: number[] = [];
  let ended = false;
  async function* items(): AsyncGenerator<number> {
    try {
      for (let n = 1; n <= count; n++) {
        started.push(n);
        await turn();
        yield n;
      }
    } finally {
      ended = true;
    }
  }
  return { items: items(), started, ended: () => ended };
}

describe('oneAhead', () => {
  it('every item comes in order, and the next one is prepared while the consumer has the one before', async () => {
    const { items, started } = counted(4);
    const seen: number[] = [];
    for await (const item of oneAhead(items)) {
      seen.push(item);
      expect(started.at(-1)).toBe(Math.min(item + 1, 4));
    }
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('a consumer that stops early ends the items', async () => {
    const { items, ended } = counted(10);
    for await (const item of oneAhead(items)) if (item === 2) break;
    for (let i = 0; i < 10 && !ended(); i++) await turn();
    expect(ended()).toBe(true);
  });

  it('a failure reaches the consumer after the items before it', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      await turn();
      throw new Error('broken');
    }
    const seen: number[] = [];
    const read = async () => {
      for await (const item of oneAhead(failing())) seen.push(item);
    };
    await expect(read()).rejects.toThrow('broken');
    expect(seen).toEqual([1]);
  });
});
