import { CoalescingQueue } from './paced-work.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('PacedWork', () => {
  it('does everything, so many at a time at most', async () => {
    const work = new CoalescingQueue(2);
    const ends: (() => void)[] = [];
    let most = 0;
    let running = 0;
    let done = 0;
    for (let n = 0; n < 7; n++) {
      work.add({}, async () => {
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

  it('does for each what was asked for last, once', async () => {
    const work = new CoalescingQueue(1);
    const log: string[] = [];
    const whom = {};
    work.add({}, () => Promise.resolve(void log.push('other')));
    work.add(whom, () => Promise.resolve(void log.push('first')));
    work.add(whom, () => Promise.resolve(void log.push('last')));
    while (log.length < 2) await turn();
    await turn();
    expect(log).toEqual(['other', 'last']);
  });
});
