import { integer } from '@discord-relay/platform';
import { z } from 'zod';

export const httpKeys = {
  MEDIA: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .default('on')
    .describe(
      'Whether the page shows images, sounds and videos, which come from Discord’s servers. `off`: it contacts no other origin, and shows names and sizes instead.',
    ),
  HTTP_REQUESTS_PER_S: integer(1, 100_000)
    .default(20)
    .describe(
      'Requests that a user may make per second, with bursts of ten times as many; above that: 429 and Retry-After.',
    ),
  HTTP_REQUESTS_PER_S_PER_ADDRESS: integer(1, 1_000_000)
    .default(200)
    .describe(
      'Requests that one address may make per second, for all its users together, with bursts of ten times as many.',
    ),
  HTTP_FIRST_REQUEST_TIMEOUT_MS: integer(100, 3_600_000)
    .default(10_000)
    .describe(
      'How long a new connection may take to send the headers of its first request; then it is closed. Connections of TRUSTED_PROXIES, which may be opened in advance, have HTTP_KEEP_ALIVE_MS and 5 s.',
    ),
  HTTP_BODY_TIMEOUT_MS: integer(100, 600_000)
    .default(10_000)
    .describe(
      'How long the body of a request may take to arrive; after that: 408, and the connection is closed.',
    ),
  HTTP_RESPONSE_TIMEOUT_MS: integer(100, 3_600_000)
    .default(60_000)
    .describe(
      'How long a client may take to read an answer; then the connection is closed. Streams have SOCKET_LAG_MAX_MS.',
    ),
  HTTP_KEEP_ALIVE_MS: integer(1_000, 3_600_000)
    .default(75_000)
    .describe(
      'How long an idle connection stays open. Must be longer than the idle timeout of the proxy in front (usually 60 s), otherwise requests that it sends at the last moment fail with 502.',
    ),
};
