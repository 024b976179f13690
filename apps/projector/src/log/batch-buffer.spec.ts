import { BatchBuffer } from './batch-buffer.js';

const item = (n: number, sizeBytes = 1) => ({ n, sizeBytes });
const numbers = (batch: { n: number }[] | null) => batch?.map(({ n }) => n);

describe('BatchBuffer', () => {
  it('BatchBuffer hands out a lone item at once, and collects the next batch meanwhile', async () => {
    const buffer = new BatchBuffer<{ n: number; sizeBytes: number }>({ maxEvents: 10, maxBytes: 100 });
    const first = buffer.nextBatch();
    void buffer.put(item(1));
    expect(numbers(await first)).toEqual([1]);
    void buffer.put(item(2));
    void buffer.put(item(3));
    expect(numbers(await buffer.nextBatch())).toEqual([2, 3]);
  });

  it('BatchBuffer keeps a batch within the limits, but never returns an empty one', async () => {
    const buffer = new BatchBuffer<{ n: number; sizeBytes: number }>({ maxEvents: 2, maxBytes: 10 });
    for (const each of [item(1), item(2), item(3, 99), item(4, 6), item(5, 6)]) void buffer.put(each);
    const batches = [];
    for (let i = 0; i < 4; i++) batches.push(numbers(await buffer.nextBatch()));
    expect(batches).toEqual([[1, 2], [3], [4], [5]]);
  });

  it('BatchBuffer blocks producers while the buffer is full', async () => {
    const buffer = new BatchBuffer<{ n: number; sizeBytes: number }>({ maxEvents: 2, maxBytes: 100 });
    expect(buffer.put(item(1))).toBeUndefined();
    let room = false;
    const full = buffer.put(item(2))?.then(() => (room = true));
    await Promise.resolve();
    expect(room).toBe(false);
    await buffer.nextBatch();
    await full;
    expect(room).toBe(true);
  });

  it('BatchBuffer unblocks producer and consumer when it is closed, and drops the remaining items', async () => {
    const buffer = new BatchBuffer<{ n: number; sizeBytes: number }>({ maxEvents: 1, maxBytes: 100 });
    const waiting = buffer.put(item(1));
    buffer.close();
    await waiting;
    expect(await buffer.nextBatch()).toBeNull();
    const empty = new BatchBuffer({ maxEvents: 1, maxBytes: 1 });
    const taking = empty.nextBatch();
    empty.close();
    expect(await taking).toBeNull();
  });
});
