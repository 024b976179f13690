import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isSnowflake } from '@discord-relay/contracts';
import { folder, integer, loadConfig, platformSchema, postgresUrl } from '@discord-relay/platform';
import { authKeys, checkAuthKeys } from './config/auth-keys.js';
import { exportKeys } from './config/export-keys.js';
import { httpKeys } from './config/http-keys.js';
import { checkLiveKeys, liveKeys } from './config/live-keys.js';
import { checkMediaKeys, mediaKeys } from './config/media-keys.js';
import { queueKeys } from './config/queue-keys.js';
import { streamKeys } from './config/stream-keys.js';
import { webhookKeys } from './config/webhook-keys.js';

/** Injection token of the configuration. */
export const CONFIG = Symbol('CONFIG');

/** Beside this package, whether it runs from src/ or dist/. */
const DEFAULT_WEB_DIR = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** The renderer of HTML exports, which is built beside the page. */
export const ARCHIVE_RENDERER = fileURLToPath(new URL('../../web/archive/dist/archive.js', import.meta.url));

/** The program of the threads that write exports: beside the bundle of the service. */
export const EXPORT_WORKER = fileURLToPath(new URL('../dist/export-worker.bundle.js', import.meta.url));

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

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

const origins = () =>
  list().refine((items) => items.every(isOrigin), {
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
    DATABASE_URL: postgresUrl().describe('Postgres with the read models.'),
    DATABASE_POOL_SIZE: integer(1, 200).default(10).describe('Maximum number of Postgres connections.'),
    ...authKeys,
    MEDIA_CDN: z
      .string()
      .refine(isOrigin, { error: 'must be an origin such as https://example.com, without a path' })
      .default('https://cdn.discordapp.com')
      .describe(
        'Origin from which the page loads avatars, emojis and stickers: the CDN of Discord or of another server.',
      ),
    MEDIA_ORIGINS: origins().describe(
      'Origins beside those of Discord that the page may load media from, comma-separated: for a server other than Discord.',
    ),
    CORS_ORIGINS: origins().describe('Other origins whose pages may call the API, comma-separated.'),
    PUBLIC_CHANNELS: channelIds().describe(
      'Ids of channels that everyone with a token may read, comma-separated.',
    ),
    WEB_DIR: folder()
      .default(DEFAULT_WEB_DIR)
      .describe('Folder of the built page; without it only the API is served.'),
    ...liveKeys,
    ...streamKeys,
    ...httpKeys,
    ...webhookKeys,
    ...queueKeys,
    ...exportKeys,
    ...mediaKeys,
  })
  .superRefine((config, context) => {
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    checkAuthKeys(config, refuse);
    checkLiveKeys(config, refuse);
    checkMediaKeys(config, refuse);
  });

export type GatewayApiConfig = z.output<typeof gatewayApiSchema>;

/** @throws ConfigError that names every invalid key */
export const loadGatewayApiConfig = (env: Record<string, string | undefined>): GatewayApiConfig =>
  loadConfig(gatewayApiSchema, env);

/** The configuration of this process. @throws ConfigError */
export const configOfProcess = (): GatewayApiConfig => loadGatewayApiConfig(process.env);
