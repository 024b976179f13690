import { integer } from '@discord-relay/platform';

/** Environment variables of server-sent streams. */
export const streamKeys = {
  MAX_STREAMS_PER_USER: integer(1, 1_000_000)
    .default(20)
    .describe('Server-sent streams one user may have open at this replica.'),
  MAX_STREAMS_PER_ADDRESS: integer(1, 1_000_000)
    .default(200)
    .describe('Server-sent streams one address may have open at this replica.'),
  STREAM_HEARTBEAT_MS: integer(100, 120_000)
    .default(15_000)
    .describe('How often a stream says that it is alive, and where it stands; proxies close quiet ones.'),
};
