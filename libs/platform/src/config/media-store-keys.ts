import { z } from 'zod';
import { folder, secret, url } from './fields.js';
import { isPrivateHost } from './private-host.js';

/** Where the files of imports are kept: for the CLI, which writes them, and gateway-api, which serves them. */
export const mediaStoreKeys = {
  MEDIA_DIR: folder()
    .optional()
    .describe(
      'Folder for the files that `relay import --media` keeps; the CLI and all replicas of gateway-api need the same one. Without it, and without S3-compatible storage in its place, no files are kept.',
    ),
  MEDIA_S3_ENDPOINT: url('https', 'http')
    .refine(isPlain, { error: 'must not have a query or a fragment: the bucket is added to its path' })
    .refine(isSafe, {
      error: 'must start with https://, because its host is neither this machine nor in a private network',
    })
    .optional()
    .describe(
      'S3-compatible storage in place of MEDIA_DIR, without the bucket, such as `https://s3.eu-central-1.amazonaws.com` or `http://minio:9000`.',
    ),
  MEDIA_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .optional()
    .describe('Bucket for these files. It exists already, and keeps no versions of what is deleted.'),
  MEDIA_S3_REGION: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a region')
    .default('us-east-1')
    .describe('Region of the bucket, which signatures contain. Servers without regions accept the default.'),
  MEDIA_S3_PREFIX: z
    .string()
    .regex(/^[\w-]+(\/[\w-]+)*$/, 'must be names of letters, digits, _ and -, separated by /')
    .optional()
    .describe('What precedes the keys of these files in a bucket that others use, such as `relay/media`.'),
  MEDIA_S3_ACCESS_KEY_ID: secret()
    .optional()
    .describe('Access key that may list the bucket, and get, put and delete its objects.'),
  MEDIA_S3_SECRET_ACCESS_KEY: secret().optional().describe('Secret of that key.'),
};

export type MediaStoreConfig = z.output<z.ZodObject<typeof mediaStoreKeys>>;

const S3_KEYS = [
  'MEDIA_S3_ENDPOINT',
  'MEDIA_S3_BUCKET',
  'MEDIA_S3_ACCESS_KEY_ID',
  'MEDIA_S3_SECRET_ACCESS_KEY',
] as const;

/** Whether files are kept anywhere. */
export const keepsMedia = (config: MediaStoreConfig): boolean =>
  config.MEDIA_DIR !== undefined || config.MEDIA_S3_ENDPOINT !== undefined;

/** Checks that concern several keys. */
export function checkMediaStoreKeys(
  config: MediaStoreConfig,
  refuse: (key: string, message: string) => void,
): void {
  const missing = S3_KEYS.filter((key) => config[key] === undefined);
  if (missing.length === S3_KEYS.length && config.MEDIA_S3_PREFIX === undefined) return;
  for (const key of missing) refuse(key, `missing: S3-compatible storage needs ${S3_KEYS.join(', ')}`);
  if (config.MEDIA_DIR !== undefined)
    refuse('MEDIA_DIR', 'must not be set beside MEDIA_S3_*: files are kept in one place');
}

function isPlain(value: string): boolean {
  if (!URL.canParse(value)) return true;
  const { search, hash } = new URL(value);
  return search === '' && hash === '';
}

/** Files of users and signatures cross the internet encrypted only. */
function isSafe(value: string): boolean {
  if (!URL.canParse(value)) return true;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || isPrivateHost(hostname);
}
