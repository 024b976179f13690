import { z } from 'zod';
import { flag, integer, natsUrl, readableFile, text, urlWithLogin } from './fields.js';

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
