import { z } from 'zod';
import { isSnowflake, type Snowflake } from '@discord-relay/contracts';
import { integer, loadConfig, platformSchema, url } from '@discord-relay/platform';

const DISCORD_API = 'https://discord.com/api';
/** Any token serves a local Discord; it is never sent to the real one. */
const LOCAL_TOKEN = 'local-discord';

const guildIds = () =>
  z
    .string()
    .transform((value) => value.split(',').map((each) => each.trim()))
    .refine((ids): ids is Snowflake[] => ids.every(isSnowflake), {
      error: 'must be one or more server ids, separated by commas',
    });

const shards = () =>
  z.union([z.literal('auto'), integer(1, 16_384)], {
    error: 'must be auto or a whole number from 1 to 16384',
  });

export const ingestorSchema = platformSchema
  .extend({
    PORT: integer(0, 65_535).default(3001).describe('Port of health, status and metrics.'),
    DISCORD_TOKEN: z
      .string()
      .optional()
      .describe('Bot token. Required, except outside production with a DISCORD_API_URL of your own.'),
    DISCORD_API_URL: url('http', 'https').default(DISCORD_API).describe('Base of the Discord REST API.'),
    DISCORD_GUILD_ID: guildIds()
      .optional()
      .describe('Servers to record, comma-separated ids; all the bot is in unless set.'),
    SHARDS: shards().default('auto').describe('Number of shards, or `auto` for what Discord recommends.'),
    PARTITIONS: integer(1, 1_024)
      .optional()
      .describe('Partitions of a new log, 8 unless set; an existing log keeps its own and must agree.'),
    STREAM_REPLICAS: integer(1, 5).default(1).describe('Replicas of a new log and of the session bucket.'),
    DEDUP_WINDOW_MS: integer(1_000, 3_600_000)
      .default(120_000)
      .describe('How long a new log remembers message ids to drop repeated events.'),
    PUBLISH_MAX_IN_FLIGHT: integer(1, 65_536)
      .default(4_096)
      .describe('Events sent and not yet acknowledged.'),
    PUBLISH_MAX_IN_FLIGHT_BYTES: integer(65_536, 1_073_741_824)
      .default(16_777_216)
      .describe('Bytes of events sent and not yet acknowledged.'),
    PUBLISH_ACK_WAIT_MS: integer(100, 60_000)
      .default(5_000)
      .describe('How long to wait for the log to acknowledge an event before it is sent again.'),
    PUBLISH_QUEUE_MAX: integer(1, 10_000_000)
      .default(50_000)
      .describe('Unacknowledged events at which the shards disconnect, so that Discord buffers instead.'),
  })
  .superRefine((config, context) => {
    const local = config.NODE_ENV !== 'production' && config.DISCORD_API_URL !== DISCORD_API;
    if (config.DISCORD_TOKEN !== undefined || local) return;
    context.addIssue({
      code: 'custom',
      path: ['DISCORD_TOKEN'],
      message:
        'is missing: set the bot token, or point DISCORD_API_URL at a local Discord outside production',
    });
  });

export type IngestorConfig = z.output<typeof ingestorSchema> & { DISCORD_TOKEN: string };

/** @throws ConfigError */
export function loadIngestorConfig(env: Record<string, string | undefined>): IngestorConfig {
  const config = loadConfig(ingestorSchema, env);
  return { ...config, DISCORD_TOKEN: config.DISCORD_TOKEN ?? LOCAL_TOKEN };
}
