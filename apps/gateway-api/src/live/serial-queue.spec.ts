import { SerialQueue } from './serial-queue.js';

describe('SerialQueue', () => {
  it('starts a task when the one before has ended, and goes on after a failure', async () => {
    const queue = new SerialQueue();
    const order: string[] = [];
    let finishFirst!: () => void;
    const first = queue.run(async () => {
      await new Promise<void>((resolve) => (finishFirst = resolve));
      order.push('first');
    });
    const second = queue.run(() => {
      order.push('second');
      return Promise.reject(new Error('no'));
    });
    const third = queue.run(() => Promise.resolve(order.push('third')));
    expect(queue.size).toBe(3);
    await Promise.resolve();
    finishFirst();
    await first;
    await expect(second).rejects.toThrow('no');
    await third;
    expect(order).toEqual(['first', 'second', 'third']);
    expect(queue.size).toBe(0);
  });
});
