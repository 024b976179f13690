import { integer } from '@discord-relay/platform';

/** Environment variables of streams and replays. */
export const streamKeys = {
  MAX_STREAMS_PER_USER: integer(1, 1_000_000)
    .default(20)
    .describe('Maximum number of server-sent streams of one user at this replica.'),
  MAX_STREAMS_PER_ADDRESS: integer(1, 1_000_000)
    .default(200)
    .describe('Maximum number of server-sent streams from one address at this replica.'),
  STREAM_HEARTBEAT_MS: integer(100, 120_000)
    .default(15_000)
    .describe(
      'Interval between heartbeats of a stream, which carry its cursor; proxies close silent connections.',
    ),
  MAX_EVENT_STREAMS: integer(1, 10_000)
    .default(100)
    .describe('Maximum number of open responses of the event stream at this replica.'),
  EVENT_STREAM_STALL_MS: integer(1_000, 3_600_000)
    .default(60_000)
    .describe('How long a client of the event stream may read nothing before its response is closed.'),
  MAX_REPLAYS_PER_USER: integer(1, 10_000)
    .default(3)
    .describe('Maximum number of replays of one user over Socket.IO at this replica.'),
  MAX_REPLAYS: integer(1, 10_000)
    .default(50)
    .describe('Maximum number of replays over Socket.IO at this replica.'),
};
