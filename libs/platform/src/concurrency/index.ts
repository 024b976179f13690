export { Condition } from './condition.js';
export { forEachConcurrently, KeyedTaskQueue, Semaphore, TaskQueue } from './task-queue.js';
export { delay, delayBeforeRetry, periodically, retryUntilDone } from './periodic.js';
