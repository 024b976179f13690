import { totalmem } from 'node:os';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HealthRegistry } from '@discord-relay/platform';
import type { GatewayApiConfig } from '../config.js';
import { type RoomStats, SocketServer } from '../live/socket-server.js';
import { CONFIG } from '../tokens.js';
import { DiscordShards } from './discord-shards.js';
import { Answers } from './openapi/documented.js';
import { type Performance, Vitals } from './vitals.js';

export interface Connections {
  /** Sockets of clients. */
  total: number;
  /** Shards connected to Discord. */
  discord: number;
}

export interface Health {
  status: 'ok' | 'degraded';
  timestamp: string;
  /** Seconds. */
  uptime: number;
  connections: Connections;
  /** Bytes: resident, and what the process may use. */
  memory: { used: number; total: number };
  environment: string;
}

export interface Figures {
  connections: Connections;
  rooms: RoomStats;
  performance: Performance;
}

/** Figures for people and dashboards; probes use `/api/live` and `/api/ready`. */
@Controller('api')
@ApiTags('Vitals')
export class VitalsController {
  constructor(
    @Inject(CONFIG) private readonly config: GatewayApiConfig,
    @Inject(HealthRegistry) private readonly registry: HealthRegistry,
    @Inject(SocketServer) private readonly sockets: SocketServer,
    @Inject(DiscordShards) private readonly shards: DiscordShards,
    @Inject(Vitals) private readonly vitals: Vitals,
  ) {}

  @Get('health')
  @Answers('Health', 'How this replica is.')
  health(): Health {
    return {
      status: this.registry.ready() ? 'ok' : 'degraded',
      timestamp: new Date().toISOString(),
      uptime: Math.round(process.uptime()),
      connections: this.connections(),
      memory: { used: process.memoryUsage.rss(), total: memoryLimitBytes() },
      environment: this.config.NODE_ENV,
    };
  }

  @Get('metrics')
  @Answers('Figures', 'What this replica has to do.')
  metrics(): Figures {
    return {
      connections: this.connections(),
      rooms: this.sockets.roomStats(),
      performance: this.vitals.performance,
    };
  }

  private connections(): Connections {
    return { total: this.sockets.socketCount, discord: this.shards.connected };
  }
}

/** Of the container if it has one: without a limit the kernel reports 0, or more than there is. */
const memoryLimitBytes = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem());
