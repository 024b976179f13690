import { totalmem } from 'node:os';
import { Controller, Get, Inject } from '@nestjs/common';
import { HealthRegistry } from '@discord-relay/platform';
import type { GatewayApiConfig } from '../config.js';
import { type RoomStats, SocketServer } from '../live/socket-server.js';
import { CONFIG } from '../tokens.js';
import { DiscordShards } from './discord-shards.js';
import { type Performance, Vitals } from './vitals.js';

interface Connections {
  /** Sockets of clients. */
  total: number;
  /** Shards connected to Discord. */
  discord: number;
}

interface Health {
  status: 'ok' | 'degraded';
  timestamp: string;
  /** Seconds. */
  uptime: number;
  connections: Connections;
  /** Bytes: resident, and what the process may use. */
  memory: { used: number; total: number };
  environment: string;
}

/** Figures for people and dashboards; probes use `/api/live` and `/api/ready`. */
@Controller('api')
export class VitalsController {
  constructor(
    @Inject(CONFIG) private readonly config: GatewayApiConfig,
    @Inject(HealthRegistry) private readonly registry: HealthRegistry,
    @Inject(SocketServer) private readonly sockets: SocketServer,
    @Inject(DiscordShards) private readonly shards: DiscordShards,
    @Inject(Vitals) private readonly vitals: Vitals,
  ) {}

  @Get('health')
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
  metrics(): { connections: Connections; rooms: RoomStats; performance: Performance } {
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
