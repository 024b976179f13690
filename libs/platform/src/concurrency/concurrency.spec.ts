import { Condition } from './condition.js';
import { unlessAborted } from './periodic.js';
import { forEachConcurrently, KeyedTaskQueue, Semaphore, TaskQueue } from './task-queue.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Tasks that record their start and end, which the test controls. */
function controlledTasks() {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const task = (n: number) => () => {
    begun.push(n);
    return new Promise<void>((resolve) => ends.set(n, resolve));
  };
  return { begun, task, end: (n: number) => ends.get(n)!() };
}

describe('Semaphore', () => {
  it('a semaphore runs as many tasks at a time as it has permits, in the order in which they came', async () => {
    const semaphore = new Semaphore(2);
    const { begun, task, end } = controlledTasks();
    const done = [1, 2, 3, 4].map((n) => semaphore.run(task(n)));
    await settled();
    expect([begun, semaphore.size]).toEqual([[1, 2], 4]);
    end(2);
    await done[1];
    await settled();
    expect(begun).toEqual([1, 2, 3]);
    for (const n of [1, 3]) end(n);
    await settled();
    expect(begun).toEqual([1, 2, 3, 4]);
    end(4);
    await Promise.all(done);
    expect(semaphore.size).toBe(0);
  });

  it('a semaphore releases the permit of a failing task', async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(semaphore.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});

describe('TaskQueue', () => {
  it('a task queue starts a task when the previous one has ended, even with a failure', async () => {
    const queue = new TaskQueue();
    const order: string[] = [];
    let endFirst!: () => void;
    const first = queue.run(async () => {
      await new Promise<void>((resolve) => (endFirst = resolve));
      order.push('first');
    });
    const second = queue.run(() => {
      order.push('second');
      return Promise.reject(new Error('no'));
    });
    const third = queue.run(() => Promise.resolve(order.push('third')));
    await settled();
    endFirst();
    await first;
    await expect(second).rejects.toThrow('no');
    await third;
    expect(order).toEqual(['first', 'second', 'third']);
  });
});

describe('KeyedTaskQueue', () => {
  it('a keyed task queue keeps the order within a key only, and is idle when all of them have ended', async () => {
    const queue = new KeyedTaskQueue<string>();
    const { begun, task, end } = controlledTasks();
    void queue.run('a', task(1));
    void queue.run('a', task(2));
    void queue.run('b', task(3));
    await settled();
    expect(begun).toEqual([1, 3]);
    let idle = false;
    const whenIdle = queue.whenIdle().then(() => (idle = true));
    for (const n of [1, 3]) end(n);
    await settled();
    expect([begun, idle]).toEqual([[1, 3, 2], false]);
    end(2);
    await whenIdle;
  });
});

describe('unlessAborted', () => {
  const never = new Promise<string>(() => undefined);

  it('unlessAborted settles as the work does', async () => {
    const { signal } = new AbortController();
    await expect(unlessAborted(Promise.resolve('done'), signal)).resolves.toBe('done');
    await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  });

  it('unlessAborted does not wait after an abort, and ignores a failure after it', async () => {
    const stopping = new AbortController();
    let fail!: (error: Error) => void;
    const failing = new Promise<string>((_resolve, reject) => (fail = reject));
    const waiting = [unlessAborted(never, stopping.signal), unlessAborted(failing, stopping.signal)];
    stopping.abort();
    expect(await Promise.all(waiting)).toEqual([null, null]);
    fail(new Error('late'));
    await expect(unlessAborted(Promise.reject(new Error('no')), stopping.signal)).resolves.toBeNull();
    await settled();
  });
});

describe('forEachConcurrently', () => {
  it('forEachConcurrently starts nothing more after a failure, and throws it when the running actions have ended', async () => {
    const { begun, task, end } = controlledTasks();
    const done = forEachConcurrently([1, 2, 3, 4], 2, async (n) => {
      await task(n)();
      if (n === 1) throw new Error('first failure');
    });
    await settled();
    let ended = false;
    const failure = expect(done.finally(() => (ended = true))).rejects.toThrow('first failure');
    end(1);
    await settled();
    expect([begun, ended]).toEqual([[1, 2], false]);
    end(2);
    await failure;
  });
});

describe('Condition', () => {
  it('a condition wakes those of its waiters whose test is met when something has changed', async () => {
    const condition = new Condition();
    let level = 0;
    const reached: number[] = [];
    for (const expected of [0, 1, 2])
      void condition.until(() => level >= expected).then(() => reached.push(expected));
    await settled();
    expect(reached).toEqual([0]);
    level = 1;
    condition.notify();
    await settled();
    expect(reached).toEqual([0, 1]);
    level = 5;
    condition.notify();
    await settled();
    expect(reached).toEqual([0, 1, 2]);
  });
});
