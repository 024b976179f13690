import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isSnowflake } from '@discord-relay/contracts';
import { integer, loadConfig, platformSchema, url } from '@discord-relay/platform';
import { authKeys, checkAuthKeys } from './auth/auth-keys.js';

/** Beside this package, whether it runs from src/ or dist/. */
const DEFAULT_WEB_DIR = fileURLToPath(new URL('../../web/dist', import.meta.url));

const list = () =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    );

const origins = () =>
  list().refine((items) => items.every((item) => URL.canParse(item) && new URL(item).origin === item), {
    error: 'must be origins such as https://example.com, separated by commas, without a path',
  });

const channelIds = () =>
  list()
    .refine((items) => items.every(isSnowflake), { error: 'must be channel ids, separated by commas' })
    .transform((items): ReadonlySet<string> => new Set(items));

/** Every environment variable of gateway-api. */
export const gatewayApiSchema = platformSchema
  .extend({
    PORT: integer(0, 65_535).default(3_000).describe('Port of the HTTP and Socket.IO server.'),
    DATABASE_URL: url('postgres', 'postgresql').describe('Postgres with the read models.'),
    DATABASE_POOL_SIZE: integer(1, 200).default(10).describe('Most Postgres connections at a time.'),
    ...authKeys,
    CORS_ORIGINS: origins().describe('Origins other than its own whose pages may call, comma-separated.'),
    PUBLIC_CHANNELS: channelIds().describe(
      'Ids of channels that everybody with a token may read, comma-separated.',
    ),
    WEB_DIR: z
      .string()
      .default(DEFAULT_WEB_DIR)
      .describe('Folder of the built page; without one only the API is served.'),
    SOCKET_PING_INTERVAL_MS: integer(1_000, 120_000)
      .default(25_000)
      .describe('How often a socket is pinged.'),
    SOCKET_PING_TIMEOUT_MS: integer(1_000, 120_000)
      .default(20_000)
      .describe('How long the answer to a ping may take before the socket counts as gone.'),
    SOCKET_MAX_REQUEST_BYTES: integer(1_024, 1_048_576)
      .default(65_536)
      .describe('Largest message a client may send over its socket.'),
    SOCKET_BUFFER_MAX_BYTES: integer(65_536, 67_108_864)
      .default(1_048_576)
      .describe('What may wait to be sent to one socket; a slower reader is disconnected and resumes.'),
    SOCKET_REQUESTS_PER_S: integer(1, 10_000)
      .default(20)
      .describe('Requests a socket may make each second, with bursts of ten times as many.'),
    MAX_JOINS_PER_SOCKET: integer(1, 10_000).default(100).describe('Channels one socket may follow.'),
    RESUME_MAX_EVENTS: integer(1, 100_000)
      .default(1_000)
      .describe('Longest tail that is resumed; a client farther behind gets a snapshot.'),
  })
  .superRefine((config, context) => {
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    checkAuthKeys(config, refuse);
  });

export type GatewayApiConfig = z.output<typeof gatewayApiSchema>;

/** @throws ConfigError that names every bad key */
export const loadGatewayApiConfig = (env: Record<string, string | undefined>): GatewayApiConfig =>
  loadConfig(gatewayApiSchema, env);

/** The configuration of this process. @throws ConfigError */
export const configOfProcess = (): GatewayApiConfig => loadGatewayApiConfig(process.env);
