import type { QueueLimit } from '@discord-relay/contracts';

/** What the limits of a support queue leave out. */
export const QUEUE_LIMIT_TEXTS: Readonly<Record<QueueLimit, string>> = {
  threads:
    'There are more threads than the queue considers: the oldest ones are left out (QUEUE_MAX_THREADS).',
  messages:
    'A text channel has more messages than the queue considers: the oldest ones are left out (QUEUE_MAX_MESSAGES).',
};
