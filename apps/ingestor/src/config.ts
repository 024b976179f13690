import { z } from 'zod';
import { isSnowflake, type Snowflake } from '@discord-relay/contracts';
import { flag, folder, integer, loadConfig, platformSchema, secret, url } from '@discord-relay/platform';
import { DEFAULT_INTENTS, INTENT_NAMES, isIntentName, type IntentName } from './discord/gateway/intents.js';

const DISCORD_API = 'https://discord.com/api';
/** A local Discord accepts any token; this one is never sent to the real Discord. */
const LOCAL_TOKEN = 'local-discord';

const guildIds = () =>
  z
    .string()
    .transform((value) => value.split(',').map((each) => each.trim()))
    .refine((ids): ids is Snowflake[] => ids.every(isSnowflake), {
      error: 'must be one or more guild ids, separated by commas',
    });

const intents = () =>
  z
    .string()
    .transform((value) => value.split(',').map((each) => each.trim()))
    .refine((names): names is IntentName[] => names.every(isIntentName), {
      error: `must be one or more of ${INTENT_NAMES.join(', ')}, separated by commas`,
    });

const shards = () =>
  z.union([z.literal('auto'), integer(1, 16_384)], {
    error: 'must be auto or a whole number from 1 to 16384',
  });

export const ingestorSchema = platformSchema
  .extend({
    PORT: integer(0, 65_535).default(3001).describe('Port of health, status and metrics.'),
    DISCORD_TOKEN: secret()
      .optional()
      .describe('Bot token. Required, except outside production with a DISCORD_API_URL of your own.'),
    DISCORD_API_URL: url('http', 'https').default(DISCORD_API).describe('Base of the Discord REST API.'),
    DISCORD_GUILD_ID: guildIds()
      .optional()
      .describe('Guilds to record, comma-separated ids; default: all that the bot is in.'),
    DISCORD_INTENTS: intents()
      .default([...DEFAULT_INTENTS])
      .describe(
        'Gateway intents, comma-separated names of discord-api-types. GuildMembers, GuildPresences and MessageContent must be enabled in the developer portal.',
      ),
    IDENTIFY_RESERVE: integer(0, 100_000)
      .default(50)
      .describe(
        'Identifies of Discord’s daily budget that are reserved for operators: while no more remain, no shard identifies.',
      ),
    RESUME_ATTEMPTS: integer(1, 1_000)
      .default(6)
      .describe(
        'Number of consecutive failed RESUMEs after which a session may be given up: see RESUME_GIVE_UP_MS.',
      ),
    RESUME_GIVE_UP_MS: integer(0, 86_400_000)
      .default(180_000)
      .describe(
        'How long RESUMEs must have failed before the session is given up; then the shard identifies and a gap is opened.',
      ),
    LEASE_TTL_MS: integer(500, 600_000)
      .default(3_000)
      .describe('How long the shards of a crashed replica stay reserved for it.'),
    LEASE_RENEW_MS: integer(50, 60_000)
      .default(750)
      .describe('How often a replica renews its shard leases; less than half of LEASE_TTL_MS.'),
    WATCHDOG_MIN_SILENCE_MS: integer(100, 86_400_000)
      .default(60_000)
      .describe(
        'Silence of a shard that never counts as a fault; whether a longer one does depends on the shard’s own history.',
      ),
    RECORD_MEMBERS: flag()
      .default(false)
      .describe(
        'Record the members of each guild and their roles; users who log in with Discord see nothing without it. Requests full member lists when a session starts; adds GuildMembers, which must be enabled in the developer portal, to the intents.',
      ),
    RECORD_PRESENCE: flag()
      .default(false)
      .describe(
        'Keep presence for ten minutes, in memory and outside of the log; adds GuildPresences, which must be enabled in the developer portal, to the intents.',
      ),
    RECORD_TYPING: flag()
      .default(false)
      .describe(
        'Keep typing indicators for ten minutes, in memory and outside of the log; adds GuildMessageTyping to the intents.',
      ),
    RECORD_UNKNOWN: flag()
      .default(false)
      .describe(
        'Record dispatches of types that this version does not know, unchanged, as `discord.raw` events.',
      ),
    SHARDS: shards().default('auto').describe('Number of shards, or `auto` for what Discord recommends.'),
    PARTITIONS: integer(1, 1_024)
      .optional()
      .describe(
        'Partitions of a new log; default: 8. An existing log keeps its number, and the setting must match it.',
      ),
    STREAM_REPLICAS: integer(1, 5).default(1).describe('Replicas of a new log and of the session bucket.'),
    LOG_MAX_BYTES: integer(1_048_576, Number.MAX_SAFE_INTEGER)
      .optional()
      .describe(
        'Size limit of a new log in bytes, for JetStream accounts that require one; a full log rejects events.',
      ),
    KV_MAX_BYTES: integer(1_048_576, 1_099_511_627_776)
      .optional()
      .describe(
        'Size limit of each new bucket (sessions, voice, leases, gaps) in bytes, for accounts that require one.',
      ),
    DEDUP_WINDOW_MS: integer(1_000, 3_600_000)
      .default(120_000)
      .describe('How long a new log remembers message ids to drop repeated events.'),
    PUBLISH_MAX_IN_FLIGHT: integer(1, 65_536)
      .default(4_096)
      .describe('Maximum number of events that are sent and not yet acknowledged.'),
    PUBLISH_MAX_IN_FLIGHT_BYTES: integer(65_536, 1_073_741_824)
      .default(16_777_216)
      .describe('Maximum bytes of events that are sent and not yet acknowledged.'),
    PUBLISH_ACK_WAIT_MS: integer(100, 60_000)
      .default(3_000)
      .describe('How long to wait for the log to acknowledge an event before it is sent again.'),
    PUBLISH_QUEUE_MAX: integer(1, 10_000_000)
      .default(50_000)
      .describe(
        'Number of unacknowledged events in memory above which events go to the spool; without a spool the shards disconnect, so that Discord buffers instead.',
      ),
    SPOOL_DIR: folder()
      .optional()
      .describe(
        'Folder for events that the log does not accept at present: one for each replica, on a disk that outlives it; default: memory only.',
      ),
    SPOOL_MAX_BYTES: integer(1_048_576, 1_099_511_627_776)
      .default(268_435_456)
      .describe('Size of the spool at which the shards disconnect, so that Discord buffers instead.'),
    SPOOL_SEGMENT_BYTES: integer(65_536, 1_073_741_824)
      .default(8_388_608)
      .describe(
        'Size at which the spool starts a new file; a file is removed when all its events are in the log.',
      ),
    BACKFILL_LIMIT: integer(0, 1_000_000)
      .default(1_000)
      .describe('Messages per channel that the first start imports; 0 imports none.'),
    BACKFILL_HORIZON_HOURS: integer(0, 8_760)
      .default(72)
      .describe(
        'How many hours back backfill looks for missed messages, edits and deletions after a lost session.',
      ),
    BACKFILL_COMPARE_MESSAGES: integer(0, 100_000)
      .default(500)
      .describe(
        'How many of the newest messages per channel are compared for edits, deletions and reactions.',
      ),
    BACKFILL_THREADS: integer(0, 100_000)
      .default(10_000)
      .describe(
        'Archived threads per channel whose history is read; a gap names the channels that have more.',
      ),
    BACKFILL_ATTEMPTS: integer(1, 1_000)
      .default(10)
      .describe(
        'Attempts at a channel or message that fails while others succeed, before it may be given up and named in the gap.',
      ),
    BACKFILL_GIVE_UP_MIN: integer(0, 100_000)
      .default(360)
      .describe('Minimum minutes of attempts before such a channel or message is given up.'),
    BACKFILL_ALERT_MIN: integer(1, 100_000)
      .default(60)
      .describe(
        'Minutes after which a gap of a lost session that is still open, or any gap without progress, is reported as a problem.',
      ),
    BACKFILL_MAX_REFUSALS: integer(1, 9_999)
      .default(1_000)
      .describe(
        'Number of 401, 403 and 429 answers within ten minutes at which backfill pauses. Requests for addresses of attachments are counted separately and pause at the same number. Discord blocks an address at 10,000.',
      ),
    BACKFILL_REQUESTS_PER_S: integer(1, 50)
      .default(10)
      .describe('Requests to Discord that backfill makes per second, over all channels.'),
  })
  .superRefine((config, context) => {
    if (config.LEASE_RENEW_MS * 2 > config.LEASE_TTL_MS)
      context.addIssue({
        code: 'custom',
        path: ['LEASE_RENEW_MS'],
        message: 'must be at most half of LEASE_TTL_MS',
      });
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
