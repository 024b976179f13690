import { z } from 'zod';
import { flag, integer, natsUrl, readableFile, text, urlWithLogin } from './fields.js';

/** Every address of the machine, IPv6 and IPv4. */
export const ANY_ADDRESS = '::';

/** The environment keys of every service. */
export const platformSchema = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], { error: 'must be production, development or test' })
    .default('development')
    .describe('`production` rejects unsafe defaults.'),
  HOST: z
    .string()
    .default(ANY_ADDRESS)
    .describe(
      'Address the HTTP server listens on. `::` is every IPv6 and IPv4 address of the machine; without IPv6, every IPv4 address.',
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], { error: 'must be a pino level' })
    .default('info')
    .describe('Lowest level that is logged.'),
  NATS_URL: natsUrl()
    .default('nats://127.0.0.1:4222')
    .describe(
      'NATS servers, comma-separated; `nats://user:password@host` or `nats://token@host` logs in, `tls://` never uses plaintext.',
    ),
  NATS_CREDENTIALS_FILE: readableFile()
    .optional()
    .describe('Path of a NATS credentials file (JWT and seed).'),
  NATS_TLS_CA_FILE: readableFile()
    .optional()
    .describe('Path of the CA certificate that signed the certificates of the NATS servers.'),
  NATS_NKEY_SEED_FILE: readableFile().optional().describe('Path of a file with the seed of an NKey.'),
  NATS_TLS_CERT_FILE: readableFile()
    .optional()
    .describe('Path of the client certificate for NATS servers that require one; with NATS_TLS_KEY_FILE.'),
  NATS_TLS_KEY_FILE: readableFile().optional().describe('Path of the key of NATS_TLS_CERT_FILE.'),
  NATS_TLS_FIRST: flag()
    .optional()
    .describe('`true` for NATS servers that start with TLS (`handshake_first`).'),
  NATS_INBOX_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'must be a NATS subject without wildcards')
    .optional()
    .describe(
      'Prefix of the subjects on which answers arrive; default: _INBOX. With a separate prefix for each service, NATS permissions can keep a service from reading the answers to another.',
    ),
  INSTANCE_ID: text()
    .optional()
    .describe(
      'Unique name of this replica; default: host name and process id. A crashed replica that restarts under the same name gets its leases back at once.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: urlWithLogin('http', 'https')
    .optional()
    .describe('Collector for traces (OpenTelemetry, OTLP over HTTP); without it nothing is traced.'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: 'must be a number from 0 to 1' })
    .min(0, 'must be at least 0')
    .max(1, 'must be at most 1')
    .default(0.01)
    .describe('Fraction of dispatches and requests that are traced, from 0 to 1.'),
  DRAIN_TIMEOUT_MS: integer(0, 600_000)
    .default(20_000)
    .describe('How long a shutdown may take; keep it below the pod’s grace period.'),
});

export type PlatformConfig = z.output<typeof platformSchema>;
