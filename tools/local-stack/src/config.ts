import { resolve } from 'node:path';
import {
  ConfigError,
  loadConfig,
  integer,
  platformSchema,
  postgresUrl,
  secret,
  text,
  url,
} from '@discord-relay/platform/config';
import { z } from 'zod';
import { repositoryRoot } from './process/paths.js';

/** Keys of `npm start`. All other keys are passed to the services unchanged. */
export const stackSchema = z.object({
  NODE_ENV: platformSchema.shape.NODE_ENV.removeDefault()
    .optional()
    .describe('`production` refuses to start without DISCORD_TOKEN.'),
  PORT: integer(1, 65_535).default(3000).describe('Port of the page and the API.'),
  DATA_DIR: text().default('.data').describe('Folder of the databases, logs and secrets of the local stack.'),
  NATS_URL: platformSchema.shape.NATS_URL.removeDefault()
    .optional()
    .describe('Use these NATS servers, separated by commas, instead of starting one.'),
  DATABASE_URL: postgresUrl().optional().describe('Use this Postgres instead of starting one.'),
  DISCORD_TOKEN: secret().optional().describe('Bot token. Without it the local Discord is started.'),
  DISCORD_API_URL: url('http', 'https').optional().describe('URL of Discord’s API, or of a substitute.'),
});

export interface StackConfig {
  port: number;
  dataDir: string;
  natsUrl?: string;
  databaseUrl?: string;
  discord: { token: string; apiUrl?: string } | 'local';
}

/** @throws ConfigError */
export function stackConfig(env: Record<string, string | undefined>): StackConfig {
  const config = loadConfig(stackSchema, env);
  if (config.NODE_ENV === 'production' && !config.DISCORD_TOKEN) {
    throw new ConfigError(['DISCORD_TOKEN: missing; set it, or unset NODE_ENV to use the local Discord']);
  }
  const apiUrl = config.DISCORD_API_URL;
  return {
    port: config.PORT,
    dataDir: resolve(repositoryRoot, config.DATA_DIR),
    natsUrl: config.NATS_URL,
    databaseUrl: config.DATABASE_URL,
    discord:
      config.DISCORD_TOKEN || apiUrl ? { token: config.DISCORD_TOKEN ?? 'local-token', apiUrl } : 'local',
  };
}

/**
 * Whether one click logs in. With a real token it must be enabled explicitly, because real people's messages are shown.
 */
export const localLogin = (
  { discord }: Pick<StackConfig, 'discord'>,
  env: Record<string, string | undefined>,
): string => env.LOCAL_LOGIN ?? String(discord === 'local' && env.NODE_ENV !== 'production');

/** Not for services: the keys of npm and jest, and the Node.js flags of this process. */
const NOT_INHERITED = /^(npm_|NODE_OPTIONS$|JEST_|NODE_V8_|PORT$|DATA_DIR$)/;

/** The environment that services inherit. */
export function inheritedEnv(env: Record<string, string | undefined>): {
  env: Record<string, string>;
  xdgCacheHome?: string;
} {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !NOT_INHERITED.test(entry[0]),
  );
  return { env: Object.fromEntries(kept), xdgCacheHome: env.XDG_CACHE_HOME };
}
