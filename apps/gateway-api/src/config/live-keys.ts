import { z } from 'zod';
import { integer } from '@discord-relay/platform';
import { PROXY_HEADERS } from '../network/client-address.js';
import { isAddressOrBlock } from '../network/ip-address.js';

const networks = () =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').map((item) => item.trim()))
    .transform((items) => items.filter(Boolean))
    .refine((items) => items.every(isAddressOrBlock), {
      error: 'must be addresses or ranges such as 10.0.0.0/8, separated by commas',
    });

/** Environment variables of the live side. */
export const liveKeys = {
  SOCKET_PING_INTERVAL_MS: integer(1_000, 120_000).default(25_000).describe('How often a socket is pinged.'),
  SOCKET_PING_TIMEOUT_MS: integer(1_000, 120_000)
    .default(20_000)
    .describe('How long the answer to a ping may take before the socket counts as gone.'),
  SOCKET_MAX_REQUEST_BYTES: integer(1_024, 1_048_576)
    .default(65_536)
    .describe('Largest message a client may send over its socket.'),
  SOCKET_BUFFER_MAX_BYTES: integer(65_536, 67_108_864)
    .default(1_048_576)
    .describe('What may wait to be sent to one socket; then its live delivery stops until it has read that.'),
  SOCKET_LAG_MAX_MS: integer(0, 600_000)
    .default(15_000)
    .describe('How long a socket that reads too slowly may take to catch up before it is disconnected.'),
  SOCKET_REQUESTS_PER_S: integer(1, 10_000)
    .default(20)
    .describe('Requests a socket may make each second, with bursts of ten times as many.'),
  SOCKET_DRAIN_MS: integer(0, 600_000)
    .default(5_000)
    .describe(
      'Over how long a stopping replica spreads its goodbyes to sockets; less than DRAIN_TIMEOUT_MS, which is for all of the stop.',
    ),
  MAX_JOINS_PER_SOCKET: integer(1, 10_000).default(100).describe('Channels one socket may follow.'),
  MAX_SOCKETS_PER_USER: integer(1, 1_000_000)
    .default(100)
    .describe('Sockets one user may have open at this replica.'),
  MAX_SOCKETS_PER_ADDRESS: integer(1, 1_000_000)
    .default(1_000)
    .describe('Sockets one address may have open at this replica.'),
  CONNECTS_PER_S: integer(1, 1_000_000)
    .default(500)
    .describe(
      'Connections this replica takes each second, with bursts of two times as many; half of them of one address. What is beyond gets 503 and Retry-After.',
    ),
  TRUSTED_PROXIES: networks().describe(
    'Addresses or ranges of the proxies in front, comma-separated: what they say of a client’s address is believed.',
  ),
  TRUSTED_PROXY_HEADER: z
    .enum(PROXY_HEADERS)
    .default('auto')
    .describe(
      'Header in which those proxies write it. `auto`: X-Forwarded-For, or Forwarded where that is absent; name one when your proxies pass the other on as a client sent it.',
    ),
  TOKEN_GRACE_MS: integer(0, 600_000)
    .default(25_000)
    .describe('How long a socket may go on with an ended token to send a new one.'),
  POSITION_INTERVAL_MS: integer(100, 600_000)
    .default(10_000)
    .describe('How often clients are told where the feeds stand that moved.'),
  CHANGES_POLL_MS: integer(50, 60_000)
    .default(1_000)
    .describe('How often changes are looked for in Postgres while NATS is away.'),
  RESUME_MAX_EVENTS: integer(1, 100_000)
    .default(1_000)
    .describe('Longest tail that is resumed; a client farther behind gets a snapshot.'),
};

export type LiveConfig = z.output<z.ZodObject<typeof liveKeys>> & { DRAIN_TIMEOUT_MS: number };

/** What the keys must be together. */
export function checkLiveKeys(config: LiveConfig, refuse: (key: string, message: string) => void): void {
  if (config.SOCKET_DRAIN_MS >= config.DRAIN_TIMEOUT_MS)
    refuse('SOCKET_DRAIN_MS', 'must be less than DRAIN_TIMEOUT_MS');
}
