import { Inbox } from './batch-buffer.js';

const item = (n: number, sizeBytes = 1) => ({ n, sizeBytes });
const numbers = (batch: { n: number }[] | null) => batch?.map(({ n }) => n);

describe('Inbox', () => {
  it('gives a lone item at once and, while that is at work, gathers the next batch', async () => {
    const inbox = new Inbox<{ n: number; sizeBytes: number }>({ maxEvents: 10, maxBytes: 100 });
    const first = inbox.take();
    void inbox.put(item(1));
    expect(numbers(await first)).toEqual([1]);
    void inbox.put(item(2));
    void inbox.put(item(3));
    expect(numbers(await inbox.take())).toEqual([2, 3]);
  });

  it('keeps a batch within count and bytes, but never empty', async () => {
    const inbox = new Inbox<{ n: number; sizeBytes: number }>({ maxEvents: 2, maxBytes: 10 });
    for (const each of [item(1), item(2), item(3, 99), item(4, 6), item(5, 6)]) void inbox.put(each);
    const batches = [];
    for (let i = 0; i < 4; i++) batches.push(numbers(await inbox.take()));
    expect(batches).toEqual([[1, 2], [3], [4], [5]]);
  });

  it('makes who puts wait until there is room', async () => {
    const inbox = new Inbox<{ n: number; sizeBytes: number }>({ maxEvents: 2, maxBytes: 100 });
    expect(inbox.put(item(1))).toBeUndefined();
    let room = false;
    const full = inbox.put(item(2))?.then(() => (room = true));
    await Promise.resolve();
    expect(room).toBe(false);
    await inbox.take();
    await full;
    expect(room).toBe(true);
  });

  it('lets go of everyone who waits when it is closed, and drops what was not taken', async () => {
    const inbox = new Inbox<{ n: number; sizeBytes: number }>({ maxEvents: 1, maxBytes: 100 });
    const waiting = inbox.put(item(1));
    inbox.close();
    await waiting;
    expect(await inbox.take()).toBeNull();
    const empty = new Inbox({ maxEvents: 1, maxBytes: 1 });
    const taking = empty.take();
    empty.close();
    expect(await taking).toBeNull();
  });
});
