import {
  instanceName,
  integer,
  leaseOwner,
  loadConfig,
  platformSchema,
  postgresUrl,
} from '@discord-relay/platform';
import { z } from 'zod';

export const projectorSchema = platformSchema.extend({
  PORT: integer(1, 65_535).default(3002).describe('Port of health and metrics.'),
  DATABASE_URL: postgresUrl().describe('Postgres of the read models.'),
  DATABASE_POOL_SIZE: integer(1, 100)
    .default(4)
    .describe('Maximum number of connections to Postgres; each partition uses one during a transaction.'),
  LEASE_MS: integer(1_000, 600_000)
    .default(3_000)
    .describe(
      'How long a partition stays with a projector that no longer answers before another one claims it.',
    ),
  BATCH_MAX_EVENTS: integer(1, 10_000)
    .default(1_000)
    .describe('Maximum number of events in one transaction.'),
  BATCH_MAX_BYTES: integer(1_024, 268_435_456)
    .default(1_048_576)
    .describe(
      'Maximum bytes of events in one transaction; a larger event has a separate transaction. A replay uses about 35 times as much memory.',
    ),
  FOLLOW_END_MS: integer(1_000, 3_600_000)
    .default(30_000)
    .describe(
      'Interval at which the checkpoint of a quiet partition moves to the end of the log; keep it far below the stream’s age limit.',
    ),
  CHANGES_RETENTION_HOURS: integer(1, 8_760)
    .default(24)
    .describe('How long changes are kept; clients that were away for longer get a snapshot.'),
  REBUILD: z
    .enum(['manual', 'auto'])
    .default('manual')
    .describe(
      'What happens when the active projection has another shape than this version’s: `manual` waits for `relay projections rebuild` and `switch`; `auto` rebuilds and switches by itself.',
    ),
});

export type ProjectorConfig = z.output<typeof projectorSchema>;

export const loadProjectorConfig = (): ProjectorConfig => loadConfig(projectorSchema, process.env);

export const projectorOptions = (config: ProjectorConfig) => ({
  databaseUrl: config.DATABASE_URL,
  poolSize: config.DATABASE_POOL_SIZE,
  owner: leaseOwner(instanceName(config.INSTANCE_ID)),
  leaseMs: config.LEASE_MS,
  limits: { maxEvents: config.BATCH_MAX_EVENTS, maxBytes: config.BATCH_MAX_BYTES },
  followEndMs: config.FOLLOW_END_MS,
  changesRetentionHours: config.CHANGES_RETENTION_HOURS,
  rebuild: config.REBUILD,
});
