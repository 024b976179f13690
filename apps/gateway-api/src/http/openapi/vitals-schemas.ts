import {
  type RestConnections,
  type RestHealth,
  type RestMetrics,
  type RestPerformance,
  type RestSubscribedChannels,
  SHARD_STATES,
  SOURCE_STATES,
  type SourceShard,
  type SourceStatus,
} from '@discord-relay/contracts';
import type { StatusReport } from '@discord-relay/platform';
import {
  ANYTHING,
  FLAG,
  ID,
  list,
  object,
  orNull,
  ref,
  type SchemaObject,
  TEXT,
  TIME,
  WHOLE,
} from './schema-of.js';

const MEGABYTES: SchemaObject = { type: 'string', pattern: String.raw`^\d+MB$` };

const STATE: SchemaObject = { ...TEXT, enum: ['starting', 'ready', 'degraded', 'stopping'] };
const CHECKS: SchemaObject = {
  type: 'object',
  additionalProperties: object<StatusReport['checks'][string]>({ ok: FLAG }, { detail: TEXT, problem: TEXT }),
};

/** Of how a replica is. */
export const VITALS_SCHEMAS = {
  Live: object<{ status: 'ok' }>({ status: { ...TEXT, enum: ['ok'] } }, {}),
  Readiness: object<Pick<StatusReport, 'state' | 'checks'>>({ state: STATE, checks: CHECKS }, {}),
  StatusReport: object<StatusReport>(
    {
      service: TEXT,
      instance: TEXT,
      startId: TEXT,
      state: STATE,
      version: TEXT,
      uptimeMs: WHOLE,
      checks: CHECKS,
      detail: ANYTHING,
    },
    {
      holdsName: {
        ...FLAG,
        enum: [true],
        description: 'No other process had the instance name when this one began to work.',
      },
    },
  ),
  Connections: object<RestConnections>(
    {
      total: { ...WHOLE, description: 'Sockets of clients.' },
      discord: { ...WHOLE, description: 'Shards connected to Discord.' },
    },
    {},
  ),
  Health: object<RestHealth>(
    {
      status: { ...TEXT, enum: ['healthy', 'degraded'] },
      timestamp: TIME,
      uptime: { ...WHOLE, description: 'Seconds.' },
      connections: ref('Connections'),
      memory: object<RestHealth['memory']>({ used: MEGABYTES, total: MEGABYTES }, {}),
      environment: TEXT,
      source: ref('SourceStatus'),
    },
    {},
  ),
  SourceStatus: object<SourceStatus>(
    {
      state: {
        ...TEXT,
        enum: [...SOURCE_STATES],
        description:
          '`connected`: every known shard is; `partial`: some are not; `disconnected`: none is, or no ingestor answers; `unknown`: the ingestors could not be asked.',
      },
      ingestors: { ...WHOLE, description: 'How many answer.' },
      shards: list(object<SourceShard>({ id: WHOLE, state: { ...TEXT, enum: [...SHARD_STATES] } }, {})),
      lastEventAt: orNull({ ...TIME, description: 'When Discord sent the last event that is known of.' }),
    },
    {},
    'Whether new events come in: the ingestors and their connections to Discord.',
  ),
  Figures: object<RestMetrics>(
    {
      connections: ref('Connections'),
      rooms: object<RestSubscribedChannels>(
        {
          total: WHOLE,
          channels: WHOLE,
          activeChannels: {
            ...list(
              object<RestSubscribedChannels['activeChannels'][number]>(
                { channelId: ID, userCount: WHOLE },
                {},
              ),
            ),
            description: 'Those that you may see; none without a token.',
          },
        },
        {},
      ),
      performance: object<RestPerformance>(
        {
          eventLoopDelay: { ...WHOLE, description: 'Nanoseconds.' },
          cpuUsage: object<RestPerformance['cpuUsage']>(
            { user: WHOLE, system: WHOLE },
            {},
            'Microseconds since the start of the process.',
          ),
        },
        {},
      ),
    },
    {},
  ),
} satisfies Record<string, SchemaObject>;
