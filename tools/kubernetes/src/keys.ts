import type { z } from 'zod';

export const SERVICES = ['ingestor', 'projector', 'gateway-api'] as const;
export type Service = (typeof SERVICES)[number];
/** The Job that migrates the database has the keys of the projector. */
export type Program = Service | 'migrate';

/** Keys whose values are secrets. Pods take them from Secrets, and nothing else accepts them. */
export const SECRET_KEYS = [
  'DATABASE_URL',
  'DISCORD_CLIENT_SECRET',
  'DISCORD_TOKEN',
  'JWT_SECRET',
  'MEDIA_S3_ACCESS_KEY_ID',
  'MEDIA_S3_SECRET_ACCESS_KEY',
  'NATS_URL',
  'WEBHOOK_KEY',
] as const;
export type SecretKey = (typeof SECRET_KEYS)[number];
/** Without these a pod does not start; NATS_URL may be in the configuration instead. */
export const REQUIRED_SECRETS: ReadonlySet<string> = new Set(['DATABASE_URL', 'DISCORD_TOKEN']);

/** With a role of Postgres for each program (postgres/roles.sql), the key that has its DATABASE_URL. */
export const ROLE_KEYS: Readonly<Partial<Record<Program, string>>> = {
  migrate: 'DATABASE_URL_MIGRATOR',
  projector: 'DATABASE_URL_PROJECTOR',
  'gateway-api': 'DATABASE_URL_GATEWAY',
};

/** Keys that the manifests set, because probes, ports, volumes and grace periods depend on them. */
const MANAGED: ReadonlySet<string> = new Set([
  'DRAIN_TIMEOUT_MS',
  'EXPORTS_DIR',
  'HOST',
  'INSTANCE_ID',
  'MEDIA_DIR',
  'NATS_INBOX_PREFIX',
  'NATS_NKEY_SEED_FILE',
  'PORT',
  'SPOOL_DIR',
  'WEB_DIR',
]);

/** What is configured by default, with the reason for the comment. */
const DEFAULTS: readonly (readonly [key: string, value: string, why: string])[] = [
  ['NODE_ENV', 'production', 'Rejects unsafe defaults.'],
  ['LOG_LEVEL', 'info', ''],
  [
    'NATS_URL',
    'nats://nats:4222',
    'Servers of one cluster, comma-separated; in a Secret if it has a password.',
  ],
  ['STREAM_REPLICAS', '3', 'Three servers hold the log: an acknowledged event survives the loss of one.'],
  [
    'TRUSTED_PROXIES',
    '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7',
    'Peers whose X-Forwarded-For is trusted: the private ranges that ingress controllers have. Narrow them to the ' +
      'range of your pods if others in the cluster are not trusted. Without them all clients share the limits of one address.',
  ],
  ['BACKFILL_LIMIT', '1000', 'Messages per channel that the first start imports.'],
  ['RECORD_MEMBERS', '', '`true` lets those who log in with Discord see what they may: docs/log-in.md.'],
  ['DISCORD_CLIENT_ID', '', 'The application for the log-in with Discord.'],
  ['PUBLIC_URL', '', 'The https origin at which browsers know gateway-api.'],
];
export const CONFIGURED: Readonly<Record<string, string>> = Object.fromEntries(
  DEFAULTS.map(([key, value]) => [key, value]),
);
export const WHY: Readonly<Record<string, string>> = Object.fromEntries(
  DEFAULTS.map(([key, , why]) => [key, why]),
);

export interface ServiceKeys {
  /** Keys that operators may set, without secrets. */
  configurable: readonly { key: string; meaning: string }[];
  /** The secrets that a program knows, in the order of {@link SECRET_KEYS}. */
  secretsOf: (program: Program) => readonly SecretKey[];
}

/** @param schemas the configuration schema of each service */
export function serviceKeys(schemas: Readonly<Record<Service, z.ZodObject>>): ServiceKeys {
  const meanings = new Map<string, string>();
  for (const service of SERVICES)
    for (const [key, type] of Object.entries(schemas[service].shape))
      if (!MANAGED.has(key) && !meanings.has(key)) meanings.set(key, (type as z.ZodType).description ?? '');
  const isSecret = (key: string) => key !== 'NATS_URL' && SECRET_KEYS.some((each) => each === key);
  return {
    configurable: [...meanings]
      .filter(([key]) => !isSecret(key))
      .map(([key, meaning]) => ({ key, meaning }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    secretsOf: (program) =>
      program === 'migrate' ? ['DATABASE_URL'] : SECRET_KEYS.filter((key) => key in schemas[program].shape),
  };
}
