import pLimit, { type LimitFunction } from 'p-limit';

/** Runs a bounded number of tasks at a time; the others wait in the order of their arrival. */
export class Semaphore {
  /** Exists only while there are tasks: every socket has a queue, and the closures of p-limit take 2 KB. */
  private limit: LimitFunction | undefined;

  constructor(private readonly permits: number) {}

  /** Number of tasks that have not ended. */
  get size(): number {
    return this.limit ? this.limit.activeCount + this.limit.pendingCount : 0;
  }

  /** Settles as the task does. A failure does not affect the tasks after it. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    this.limit ??= pLimit(this.permits);
    try {
      return await this.limit(task);
    } finally {
      if (this.size === 0) this.limit = undefined;
    }
  }
}

/** Runs tasks one after the other, in the order of their arrival. */
export class TaskQueue extends Semaphore {
  constructor() {
    super(1);
  }
}

/** A {@link TaskQueue} for each key. */
export class KeyedTaskQueue<Key> {
  private readonly queues = new Map<Key, TaskQueue>();

  /** Resolves when every present task has ended. */
  async whenIdle(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.run(() => Promise.resolve())));
  }

  /** Settles as the task does. */
  async run<T>(key: Key, task: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(key) ?? new TaskQueue();
    this.queues.set(key, queue);
    try {
      return await queue.run(task);
    } finally {
      if (queue.size === 0 && this.queues.get(key) === queue) this.queues.delete(key);
    }
  }
}

/**
 * Runs `action` for every item in order, `limit` at a time. After a failure it starts no more actions, waits for the running ones
 * and throws the first error.
 */
export async function forEachConcurrently<T>(
  items: readonly T[],
  limit: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const semaphore = new Semaphore(limit);
  const attempt = async (item: T) => {
    if (failures.length > 0) return;
    await action(item).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(items.map((item) => semaphore.run(() => attempt(item))));
  if (failures.length > 0) throw failures[0];
}
