import { totalmem } from 'node:os';
import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type {
  RestConnections,
  RestHealth,
  RestMetrics,
  RestSubscribedChannels,
} from '@discord-relay/contracts';
import { HealthRegistry, wallClockIso } from '@discord-relay/platform';
import { SocketServer } from '../../live/socket/socket-server.js';
import type { Principal } from '../../access/principal.js';
import { connectedShards } from '../../source/source-status.js';
import { SourceMonitor } from '../../source/source-monitor.js';
import { OptionalBearerGuard, OptionalPrincipal } from '../guards/bearer.guard.js';
import { Answers } from '../openapi/documented.js';
import { AuthorizedReader } from '../endpoints/authorized-reader.js';
import { ProcessStats } from './process-stats.js';

type ActiveChannels = RestSubscribedChannels['activeChannels'];

/** State and load for people and dashboards; probes use `/api/live` and `/api/ready`. */
@Controller('api')
@ApiTags('Vitals')
export class VitalsController {
  constructor(
    @Inject(ProcessStats) private readonly vitals: ProcessStats,
    @Inject(HealthRegistry) private readonly registry: HealthRegistry,
    @Inject(SocketServer) private readonly sockets: SocketServer,
    @Inject(SourceMonitor) private readonly source: SourceMonitor,
    @Inject(AuthorizedReader) private readonly reading: AuthorizedReader,
  ) {}

  @Get('health')
  @Answers('Health', 'The health of this replica.')
  health(): RestHealth {
    return {
      status: this.registry.ready() ? 'healthy' : 'degraded',
      timestamp: wallClockIso(),
      uptime: Math.round(process.uptime()),
      connections: this.connections(),
      memory: { used: megabytes(process.memoryUsage.rss()), total: megabytes(memoryLimitBytes()) },
      environment: this.vitals.environment,
      source: this.source.status,
    };
  }

  @Get('metrics')
  @UseGuards(OptionalBearerGuard)
  @ApiBearerAuth()
  @Answers('Figures', 'The load of this replica. Without a token: totals only, no channels.')
  async metrics(@OptionalPrincipal() principal: Principal | undefined): Promise<RestMetrics> {
    const rooms = this.sockets.subscribedChannels();
    return {
      connections: this.connections(),
      rooms: { ...rooms, activeChannels: await this.visibleTo(principal, rooms.activeChannels) },
      performance: this.vitals.performance,
    };
  }

  private async visibleTo(
    principal: Principal | undefined,
    channels: ActiveChannels,
  ): Promise<ActiveChannels> {
    if (!principal || channels.length === 0) return [];
    const ids = channels.map(({ channelId }) => channelId);
    const visible = await this.reading.visibleChannels(principal, ids);
    return channels.filter(({ channelId }) => visible.has(channelId));
  }

  private connections(): RestConnections {
    return { total: this.sockets.socketCount, discord: connectedShards(this.source.status) };
  }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)}MB`;

/** The container's limit, if there is one: without a limit the kernel reports 0 or more memory than there is. */
const memoryLimitBytes = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem());
