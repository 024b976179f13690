import { accessSync, constants } from 'node:fs';
import { z } from 'zod';
import { parseNatsUrl } from './nats-url.js';
import { filesOf, normalizePostgresUrl } from './postgres-url.js';
import { keepSecret } from '../logging/redaction.js';

export { redact } from '../logging/redaction.js';
export { natsRefusal } from '../connections/nats-refusal.js';

/** A configuration that cannot be used: every bad key with its remedy, never a value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/** sysexits' EX_CONFIG: the process cannot start until someone changes the configuration. */
export const EXIT_CONFIG = 78;

/**
 * Parses the environment with one schema. Empty strings count as unset, blanks and line ends
 * around a value are not part of it. All bad keys are reported together.
 * @throws ConfigError
 */
export function loadConfig<T extends z.ZodType>(
  schema: T,
  env: Record<string, string | undefined>,
): z.output<T> {
  const present = Object.fromEntries(
    Object.entries(env)
      .map(([key, value]) => [key, value?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  for (const [key, value] of Object.entries(present)) keepSecret(key, value!);
  const result = schema.safeParse(present, { error: remedy });
  if (result.success) return result.data;
  throw new ConfigError(problemsOf(result.error));
}

/** One line per key, its first problem: what follows from that is no help. */
function problemsOf({ issues }: z.ZodError): string[] {
  const byKey = new Map<string, string>();
  for (const { path, message } of issues) {
    const key = path.join('.') || 'environment';
    if (!byKey.has(key)) byKey.set(key, `${key}: ${message}`);
  }
  return [...byKey.values()];
}

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** What zod would say in terms of types, as what an operator has to do; a schema's own message goes first. */
export function remedy(issue: RawIssue): string | undefined {
  if (issue.input === undefined && issue.code === 'invalid_type') return 'is missing: set it';
  if (issue.code === 'invalid_value') return `must be ${issue.values.map(String).join(' or ')}`;
  if (issue.code === 'invalid_format') return 'must have the documented format';
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  if (issue.code === 'invalid_type') return `must be a ${issue.expected}`;
  return undefined;
}

/** Free text, such as a name or a path, without control characters: those come from a broken file or script. */
export const text = () =>
  z.string().refine((value) => !/\p{Cc}/u.test(value), { error: 'must not have control characters in it' });

/** An integer from the environment within bounds; the unit belongs in the key's name. */
export const integer = (min: number, max: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${min} to ${max}` })
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`);

/** `true|false|1|0` from the environment. */
export const flag = () =>
  z
    .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
    .transform((v) => v === 'true' || v === '1');

/** As {@link urlWithLogin}, without a user or password: `fetch` refuses those, and quotes them. */
export const url = (...schemes: string[]) =>
  urlWithLogin(...schemes).refine((value) => !URL.canParse(value) || hasNoLogin(new URL(value)), {
    error: 'must not have a user or password before the host: it is not used; remove it',
  });

const hasNoLogin = ({ username, password }: URL): boolean => username === '' && password === '';

/** A URL with one of the given schemes. */
export const urlWithLogin = (...schemes: string[]) =>
  z
    .string()
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.replace(':', '')), {
      error: `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    });

/** Comma-separated NATS servers, with the log-in before the host. */
export const natsUrl = () =>
  z.string().superRefine((value, context) => {
    try {
      parseNatsUrl(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });

/** Postgres as libpq and node-pg take it, in the form that both this code and the driver understand. */
export const postgresUrl = () =>
  z.string().transform((value, context) => {
    try {
      const url = normalizePostgresUrl(value);
      const [parameter] = filesOf(url).find(([, path]) => !isReadable(path)) ?? [];
      if (parameter === undefined) return url;
      context.addIssue({
        code: 'custom',
        message: `${parameter} must be the path of a file that can be read`,
      });
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
    return z.NEVER;
  });

/** A secret: blanks and line ends around it, which files and shells leave there, are not part of it. */
export const secret = () =>
  z
    .string()
    .transform((value) => value.trim())
    .refine((value) => !/[\s\p{Cc}]/u.test(value), { error: 'must not have blanks or line ends in it' });

/** Path of a file that has to be there. */
export const readableFile = () =>
  z.string().refine((path) => isReadable(path), { error: 'must be the path of a file that can be read' });

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Every address of the machine, of both families. */
export const ANY_ADDRESS = '::';

/** Keys that every service has. */
export const platformSchema = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], { error: 'must be production, development or test' })
    .default('development')
    .describe('`production` refuses unsafe defaults.'),
  HOST: z
    .string()
    .default(ANY_ADDRESS)
    .describe(
      'Address the HTTP server listens on. `::` is every address of the machine, IPv6 and IPv4; where there is no IPv6, every IPv4 address.',
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], { error: 'must be a pino level' })
    .default('info')
    .describe('Least severe level that is logged.'),
  NATS_URL: natsUrl()
    .default('nats://127.0.0.1:4222')
    .describe(
      'NATS servers, comma-separated; `nats://user:password@host` or `nats://token@host` logs in, `tls://` never speaks plaintext.',
    ),
  NATS_CREDENTIALS_FILE: readableFile()
    .optional()
    .describe('Path of a NATS credentials file (JWT and seed).'),
  NATS_TLS_CA_FILE: readableFile()
    .optional()
    .describe('Path of the CA certificate that NATS servers must present.'),
  NATS_NKEY_SEED_FILE: readableFile().optional().describe('Path of a file with the seed of an NKey.'),
  NATS_TLS_CERT_FILE: readableFile()
    .optional()
    .describe('Path of our certificate, for NATS servers that ask for one; with NATS_TLS_KEY_FILE.'),
  NATS_TLS_KEY_FILE: readableFile().optional().describe('Path of the key of NATS_TLS_CERT_FILE.'),
  NATS_TLS_FIRST: flag()
    .optional()
    .describe('`true` for NATS servers that begin with TLS (`handshake_first`).'),
  INSTANCE_ID: text()
    .optional()
    .describe(
      'Name of this replica, unlike every other’s; the host name and process id unless set. One that outlives the process gets its leases back at once after a crash.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: urlWithLogin('http', 'https')
    .optional()
    .describe('Collector that takes traces (OpenTelemetry, OTLP over HTTP); nothing is traced unless set.'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: 'must be a number from 0 to 1' })
    .min(0, 'must be at least 0')
    .max(1, 'must be at most 1')
    .default(0.01)
    .describe('Share of dispatches and requests that are traced, from 0 to 1.'),
  DRAIN_TIMEOUT_MS: integer(0, 600_000)
    .default(20_000)
    .describe('How long a stop may take; keep it below the pod’s grace period.'),
});

export type PlatformConfig = z.output<typeof platformSchema>;
