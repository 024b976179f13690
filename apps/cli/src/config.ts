import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import {
  checkMediaStoreKeys,
  folder,
  integer,
  loadConfig,
  mediaStoreKeys,
  platformSchema,
  secret,
  text,
  url,
} from '@discord-relay/platform';
import { z } from 'zod';

const repositoryRoot = join(fileURLToPath(import.meta.url), '../../../..');

/** Built beside the page, and in the images at the same place. */
export const ARCHIVE_RENDERER = join(repositoryRoot, 'apps/web/archive/dist/archive.js');

/** The program of the thread that encodes an export: beside the bundle of `relay`. */
export const EXPORT_ENCODER = fileURLToPath(new URL('../dist/export-encoder.bundle.js', import.meta.url));

/**
 * Configuration keys of `relay`. Keys that are not in the environment are read from the local stack's `stack.env`, if there is
 * one.
 */
export const cliSchema = platformSchema
  .pick({
    NATS_URL: true,
    NATS_CREDENTIALS_FILE: true,
    NATS_NKEY_SEED_FILE: true,
    NATS_TLS_CA_FILE: true,
    NATS_TLS_CERT_FILE: true,
    NATS_TLS_KEY_FILE: true,
    NATS_TLS_FIRST: true,
    NATS_INBOX_PREFIX: true,
  })
  .extend({
    DATA_DIR: folder(repositoryRoot)
      .default('.data')
      .describe('Folder of the local stack whose addresses and secret are used.'),
    JWT_SECRET: text()
      .min(32, 'must have at least 32 characters')
      .optional()
      .describe('Signs tokens (HS256).'),
    JWT_ISSUER: text().default('discord-relay').describe('`iss` of tokens.'),
    RELAY_URL: url('http', 'https')
      .default('http://127.0.0.1:3000')
      .describe('URL of gateway-api, for admin commands.'),
    RELAY_TOKEN: secret()
      .optional()
      .describe('Admin token for gateway-api; if unset, the CLI signs one with JWT_SECRET.'),
    JWT_AUDIENCE: text().default('discord-relay').describe('`aud` of tokens.'),
    ...mediaStoreKeys,
    MEDIA_MAX_FILE_BYTES: integer(1, 5_000_000_000)
      .default(524_288_000)
      .describe('Size of a file that `relay import --media` keeps; larger ones are left out and counted.'),
  })
  .superRefine((config, context) =>
    checkMediaStoreKeys(config, (key, message) => context.addIssue({ code: 'custom', path: [key], message })),
  );

export type CliConfig = z.output<typeof cliSchema>;

/** @throws ConfigError */
export function cliConfig(env: Record<string, string | undefined>): CliConfig {
  const stackFile = resolve(repositoryRoot, env.DATA_DIR || '.data', 'stack.env');
  const local = existsSync(stackFile) ? parseEnv(readFileSync(stackFile, 'utf8')) : {};
  return loadConfig(cliSchema, { ...local, ...env });
}
