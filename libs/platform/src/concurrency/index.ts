export * from './back-off.js';
export { CoalescingQueue } from './coalescing-queue.js';
export { Condition } from './condition.js';
export { delay, delayBeforeRetry, periodically, retryUntilDone, unlessAborted } from './periodic.js';
export { Rounds } from './rounds.js';
export { forEachConcurrently, KeyedTaskQueue, Semaphore, TaskQueue } from './task-queue.js';
