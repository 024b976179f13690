import type { RoomStats } from '../../live/socket-server.js';
import type { Connections, Figures, Health } from '../vitals.controller.js';
import type { Performance } from '../vitals.js';
import { list, object, ref, type SchemaObject, TEXT, TIME, WHOLE } from './schema-of.js';

const NUMBER: SchemaObject = { type: 'number' };

/** Of how a replica is. */
export const VITALS_SCHEMAS: Record<string, SchemaObject> = {
  Connections: object<Connections>(
    {
      total: { ...WHOLE, description: 'Sockets of clients.' },
      discord: { ...WHOLE, description: 'Shards connected to Discord.' },
    },
    {},
  ),
  Health: object<Health>(
    {
      status: { ...TEXT, enum: ['ok', 'degraded'] },
      timestamp: TIME,
      uptime: { ...WHOLE, description: 'Seconds.' },
      connections: ref('Connections'),
      memory: object<Health['memory']>({ used: WHOLE, total: WHOLE }, {}, 'Bytes.'),
      environment: TEXT,
    },
    {},
  ),
  Figures: object<Figures>(
    {
      connections: ref('Connections'),
      rooms: object<RoomStats>(
        {
          total: WHOLE,
          channels: WHOLE,
          activeChannels: list(
            object<RoomStats['activeChannels'][number]>({ channelId: TEXT, userCount: WHOLE }, {}),
          ),
        },
        {},
      ),
      performance: object<Performance>(
        {
          eventLoopDelay: { ...NUMBER, description: 'Milliseconds.' },
          cpuUsage: { ...NUMBER, description: 'Percent of one core.' },
        },
        {},
      ),
    },
    {},
  ),
};
