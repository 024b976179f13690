import { integer } from '@discord-relay/platform';

export const queueKeys = {
  QUEUE_MAX_THREADS: integer(1, 100_000)
    .default(10_000)
    .describe(
      'Newest threads of a support queue that are considered; the answer says whether there are more.',
    ),
  QUEUE_MAX_MESSAGES: integer(1, 10_000)
    .default(200)
    .describe(
      'Newest messages of each text channel of a support queue that are considered; the answer says whether there are more.',
    ),
};
