import { integer } from '@discord-relay/platform';

/** Environment variables of the endpoints. */
export const httpKeys = {
  HTTP_REQUESTS_PER_S: integer(1, 100_000)
    .default(20)
    .describe(
      'Requests a user may make each second, with bursts of ten times as many; then 429 and Retry-After.',
    ),
  HTTP_REQUESTS_PER_S_PER_ADDRESS: integer(1, 1_000_000)
    .default(200)
    .describe('Requests an address may make each second, whoever asks, with bursts of ten times as many.'),
};
