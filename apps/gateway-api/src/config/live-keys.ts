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

export const liveKeys = {
  SOCKET_PING_INTERVAL_MS: integer(1_000, 120_000)
    .default(25_000)
    .describe('Interval between pings of a socket.'),
  SOCKET_PING_TIMEOUT_MS: integer(1_000, 120_000)
    .default(20_000)
    .describe('How long a socket may take to answer a ping before it is closed.'),
  SOCKET_MAX_REQUEST_BYTES: integer(1_024, 1_048_576)
    .default(65_536)
    .describe('Size of the largest message that a client may send over its socket.'),
  SOCKET_AUTH_TIMEOUT_MS: integer(100, 600_000)
    .default(10_000)
    .describe('How long a client may take to authenticate its socket; then the connection is closed.'),
  MAX_UNAUTHENTICATED_SOCKETS: integer(1, 1_000_000)
    .default(5_000)
    .describe(
      'Sockets without authentication that may be open at this replica. More get 503 and Retry-After.',
    ),
  MAX_UNAUTHENTICATED_SOCKETS_PER_ADDRESS: integer(1, 1_000_000)
    .default(1_000)
    .describe('Sockets without authentication that one address may have open at this replica.'),
  SOCKET_BUFFER_MAX_BYTES: integer(65_536, 67_108_864)
    .default(1_048_576)
    .describe(
      'Bytes that may wait to be sent to one socket; above that its live delivery pauses until it has read them.',
    ),
  SOCKET_LAG_MAX_MS: integer(0, 600_000)
    .default(15_000)
    .describe('How long a socket that reads too slowly may take to catch up before it is disconnected.'),
  SOCKET_REQUESTS_PER_S: integer(1, 10_000)
    .default(20)
    .describe('Requests that a socket may make per second, with bursts of ten times as many.'),
  SOCKET_DRAIN_MS: integer(0, 600_000)
    .default(5_000)
    .describe(
      'Time over which a stopping replica spreads the closing of its sockets; less than DRAIN_TIMEOUT_MS, which covers the whole stop.',
    ),
  MAX_JOINS_PER_SOCKET: integer(1, 10_000)
    .default(100)
    .describe('Maximum number of channels that one socket may follow.'),
  MAX_SOCKETS_PER_USER: integer(1, 1_000_000)
    .default(100)
    .describe('Maximum number of sockets of one user at this replica.'),
  MAX_SOCKETS_PER_ADDRESS: integer(1, 1_000_000)
    .default(1_000)
    .describe('Maximum number of sockets from one address at this replica.'),
  CONNECTS_PER_S: integer(1, 1_000_000)
    .default(500)
    .describe(
      'Connections that this replica accepts per second, with bursts of twice as many; half of them from one address. Others get 503 and Retry-After.',
    ),
  TRUSTED_PROXIES: networks().describe(
    'Addresses or ranges of the proxies in front, comma-separated. A client’s address is taken from the header of these proxies only.',
  ),
  TRUSTED_PROXY_HEADER: z
    .enum(PROXY_HEADERS)
    .default('auto')
    .describe(
      'Header in which those proxies write the client’s address. `auto`: X-Forwarded-For, or Forwarded if that is absent. Name one if your proxies forward the other one unchanged from clients.',
    ),
  TOKEN_GRACE_MS: integer(0, 600_000)
    .default(25_000)
    .describe(
      'How long a socket may stay open after its token has expired, to send a new one. Tokens are checked every second.',
    ),
  POSITION_INTERVAL_MS: integer(100, 600_000)
    .default(10_000)
    .describe('Interval at which clients receive the positions of feeds that have moved.'),
  CHANGES_POLL_MS: integer(50, 60_000)
    .default(1_000)
    .describe('How often Postgres is polled for changes while NATS is unavailable.'),
  RESUME_MAX_EVENTS: integer(1, 100_000)
    .default(1_000)
    .describe(
      'Maximum number of changes in a resumed tail; a client that is further behind gets a snapshot.',
    ),
};

export type LiveConfig = z.output<z.ZodObject<typeof liveKeys>> & { DRAIN_TIMEOUT_MS: number };

/** Checks that concern several keys. */
export function checkLiveKeys(config: LiveConfig, refuse: (key: string, message: string) => void): void {
  if (config.SOCKET_DRAIN_MS >= config.DRAIN_TIMEOUT_MS)
    refuse('SOCKET_DRAIN_MS', 'must be less than DRAIN_TIMEOUT_MS');
}
