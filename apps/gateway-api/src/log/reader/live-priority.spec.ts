import { setTimeout as sleep } from 'node:timers/promises';
import { LivePriority } from './live-priority.js';

const WORK_MS = 20;
const work = async (): Promise<number> => {
  await sleep(WORK_MS);
  return performance.now();
};

describe('LivePriority', () => {
  it('while changes are delivered live, a reader rests for longer than it worked', async () => {
    const priority = new LivePriority();
    priority.follow(() => performance.now());
    const endedMs = await priority.runWithRest(work);
    const nextStartedMs = await priority.runWithRest(() => Promise.resolve(performance.now()));
    expect(nextStartedMs - endedMs).toBeGreaterThan(WORK_MS * 5);
  });

  it('a reader with a pace of its own waits for the tasks of others, and not for their rest', async () => {
    const priority = new LivePriority();
    priority.follow(() => performance.now());
    const order: string[] = [];
    const noted = (name: string, task: () => Promise<unknown>) => async () => {
      await task();
      order.push(name);
    };
    const done = () => Promise.resolve();
    const first = priority.runWithRest(noted('first', work));
    const rested = priority.runWithRest(noted('after the rest', done));
    const paced = priority.run(noted('paced', done));
    await Promise.all([first, rested, paced]);
    expect(order).toEqual(['first', 'paced', 'after the rest']);
  });

  it('a failed task fails its caller and no other', async () => {
    const priority = new LivePriority();
    await expect(priority.runWithRest(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(priority.run(() => Promise.resolve(1))).resolves.toBe(1);
  });
});
