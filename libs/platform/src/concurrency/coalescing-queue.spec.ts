import { CoalescingQueue } from './coalescing-queue.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('CoalescingQueue', () => {
  it('CoalescingQueue runs every task, and never more at a time than allowed', async () => {
    const queue = new CoalescingQueue(2);
    const ends: (() => void)[] = [];
    let most = 0;
    let running = 0;
    let done = 0;
    for (let n = 0; n < 7; n++) {
      queue.add({}, async () => {
        most = Math.max(most, (running += 1));
        await new Promise<void>((resolve) => ends.push(resolve));
        running -= 1;
        done += 1;
      });
    }
    while (done < 7) {
      await turn();
      ends.shift()?.();
    }
    expect(most).toBe(2);
  });

  it('CoalescingQueue runs only the newest waiting task of an owner, once', async () => {
    const queue = new CoalescingQueue(1);
    const log: string[] = [];
    const owner = {};
    queue.add({}, () => Promise.resolve(void log.push('other')));
    queue.add(owner, () => Promise.resolve(void log.push('first')));
    queue.add(owner, () => Promise.resolve(void log.push('last')));
    while (log.length < 2) await turn();
    await turn();
    expect(log).toEqual(['other', 'last']);
  });
});
