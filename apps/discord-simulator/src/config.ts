import { z } from 'zod';
import type { SimulatorOptions } from './options.js';

const whole = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(min).max(max));
const port = whole(0, 65_535);
const durationMs = whole(1, 86_400_000);

/** sysexits' EX_CONFIG: the process cannot start until someone changes the configuration. */
export const EXIT_CONFIG = 78;

const text = () =>
  z.string().refine((value) => !/\p{Cc}/u.test(value), { error: 'must not contain control characters' });

export const environment = z.object({
  SIM_PORT: port.optional(),
  PORT: port.optional(),
  SIM_HOST: z
    .string()
    .regex(/^[\w.:%-]+$/, 'must be an IP address or a host name, without a port')
    .optional(),
  SIM_TOKEN: text().optional(),
  SIM_STATE_FILE: text().optional(),
  SIM_SCENARIO: z.enum(['none', 'lively']).optional(),
  SIM_SEED: whole(0).optional(),
  SIM_GUILDS: whole(0, 10_000).optional(),
  SIM_HISTORY_PER_CHANNEL: whole(0, 100_000).optional(),
  SIM_HEARTBEAT_INTERVAL_MS: durationMs.optional(),
  SIM_HEARTBEAT_TIMEOUT_MS: durationMs.optional(),
  SIM_HELLO_DELAY_MS: whole(0, 60_000).optional(),
  SIM_INVALID_SESSION_DELAY_MS: whole(0, 60_000).optional(),
  SIM_INTERACTION_WINDOW_MS: durationMs.optional(),
  SIM_RESUME_WINDOW_MS: durationMs.optional(),
  SIM_REPLAY_BUFFER_EVENTS: whole(1).optional(),
  SIM_REPLAY_BUFFER_BYTES: whole(1).optional(),
  SIM_GATEWAY_RATE_LIMIT: whole(0).optional(),
  SIM_SOCKET_BUFFER_BYTES: whole(1).optional(),
  SIM_SHARDS: whole(1, 10_000).optional(),
  SIM_MAX_CONCURRENCY: whole(1, 10_000).optional(),
  SIM_SESSION_START_TOTAL: whole(1).optional(),
  SIM_MAX_GUILDS_PER_SHARD: whole(1).optional(),
  SIM_DISALLOWED_INTENTS: whole(0, 0x7fffffff).optional(),
  SIM_THREAD_MINUTE_MS: durationMs.optional(),
  SIM_MEMBER_LIST_WINDOW_MS: durationMs.optional(),
  SIM_MESSAGES_PER_CHANNEL: whole(1).optional(),
  SIM_LEDGER_ENTRIES: whole(1).optional(),
  SIM_REST_BUCKET_LIMIT: whole(0).optional(),
  SIM_REST_BUCKET_WINDOW_MS: durationMs.optional(),
  SIM_REST_GLOBAL_LIMIT: whole(0).optional(),
  SIM_IDENTIFY_WINDOW_MS: whole(0, 86_400_000).optional(),
  SIM_SESSION_START_ENFORCED: z
    .enum(['true', 'false'])
    .transform((word) => word === 'true')
    .optional(),
  SIM_SENT_ENTRIES: whole(0).optional(),
  SIM_OAUTH_CLIENT_ID: z
    .string()
    .regex(/^\d{1,20}$/, 'must be a snowflake')
    .optional(),
  SIM_OAUTH_CLIENT_SECRET: text().optional(),
  SIM_ATTACHMENT_LIFETIME_MS: whole(1000).optional(),
  SIM_PUBLIC_URL: z.url({ protocol: /^https?$/, message: 'must be an http(s) address' }).optional(),
  SIM_LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
});

const DEFAULT_PORT = 8787;

export interface Config {
  options: Partial<SimulatorOptions>;
  logLevel: string;
}

/** Names all invalid variables at once, but never their values. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`bad configuration: ${problems.join('; ')}`);
    this.name = 'ConfigError';
  }
}

/** @param env a process environment; empty values count as absent. @throws ConfigError */
export function parseConfig(env: NodeJS.ProcessEnv): Config {
  const present = Object.fromEntries(
    Object.entries(env)
      .map(([key, value]) => [key, value?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environment.safeParse(present, { error: remedy });
  if (!parsed.success) {
    // One line per key, with its first problem only: the others usually follow from it.
    const byKey = new Map(
      [...parsed.error.issues].reverse().map((issue) => [issue.path.join('.'), issue.message]),
    );
    throw new ConfigError([...byKey].map(([key, message]) => `${key}: ${message}`));
  }
  return { options: optionsOf(parsed.data), logLevel: parsed.data.SIM_LOG_LEVEL };
}

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** Says what an operator must do instead of zod's type errors; a schema's own message takes precedence. */
function remedy(issue: RawIssue): string | undefined {
  if (issue.code === 'invalid_value') return `must be ${issue.values.map(String).join(' or ')}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  return undefined;
}

/** The only reader of `process.env`. */
export function readConfig(): Config {
  return parseConfig(process.env);
}

function optionsOf(env: z.infer<typeof environment>): Partial<SimulatorOptions> {
  return {
    host: env.SIM_HOST,
    port: env.SIM_PORT ?? env.PORT ?? DEFAULT_PORT,
    token: env.SIM_TOKEN,
    stateFile: env.SIM_STATE_FILE,
    scenario: env.SIM_SCENARIO,
    seed: env.SIM_SEED,
    guilds: env.SIM_GUILDS,
    historyPerChannel: env.SIM_HISTORY_PER_CHANNEL,
    heartbeatIntervalMs: env.SIM_HEARTBEAT_INTERVAL_MS,
    heartbeatTimeoutMs: env.SIM_HEARTBEAT_TIMEOUT_MS,
    helloDelayMs: env.SIM_HELLO_DELAY_MS,
    invalidSessionDelayMs: env.SIM_INVALID_SESSION_DELAY_MS,
    interactionWindowMs: env.SIM_INTERACTION_WINDOW_MS,
    resumeWindowMs: env.SIM_RESUME_WINDOW_MS,
    replayBufferEvents: env.SIM_REPLAY_BUFFER_EVENTS,
    replayBufferBytes: env.SIM_REPLAY_BUFFER_BYTES,
    gatewayRateLimit: env.SIM_GATEWAY_RATE_LIMIT,
    socketBufferBytes: env.SIM_SOCKET_BUFFER_BYTES,
    shards: env.SIM_SHARDS,
    maxConcurrency: env.SIM_MAX_CONCURRENCY,
    sessionStartTotal: env.SIM_SESSION_START_TOTAL,
    maxGuildsPerShard: env.SIM_MAX_GUILDS_PER_SHARD,
    disallowedIntents: env.SIM_DISALLOWED_INTENTS,
    threadMinuteMs: env.SIM_THREAD_MINUTE_MS,
    memberListWindowMs: env.SIM_MEMBER_LIST_WINDOW_MS,
    messagesPerChannel: env.SIM_MESSAGES_PER_CHANNEL,
    ledgerEntries: env.SIM_LEDGER_ENTRIES,
    restBucketLimit: env.SIM_REST_BUCKET_LIMIT,
    restBucketWindowMs: env.SIM_REST_BUCKET_WINDOW_MS,
    restGlobalLimit: env.SIM_REST_GLOBAL_LIMIT,
    identifyWindowMs: env.SIM_IDENTIFY_WINDOW_MS,
    sessionStartEnforced: env.SIM_SESSION_START_ENFORCED,
    sentEntries: env.SIM_SENT_ENTRIES,
    attachmentLifetimeMs: env.SIM_ATTACHMENT_LIFETIME_MS,
    publicUrl: env.SIM_PUBLIC_URL?.replace(/\/$/, ''),
    oauthClientId: env.SIM_OAUTH_CLIENT_ID,
    oauthClientSecret: env.SIM_OAUTH_CLIENT_SECRET,
  };
}
