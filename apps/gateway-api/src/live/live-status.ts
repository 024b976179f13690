import type { HealthRegistry } from '@discord-relay/platform';
import type { FeedHub } from './chain/feed-hub.js';
import type { LiveMetrics } from '../metrics/live-metrics.js';
import type { SocketServer } from './socket/socket-server.js';

/** Adds the sockets, subscribed channels and guilds of this process to the status report and the metrics. */
export class LiveStatus {
  constructor(
    private readonly health: HealthRegistry,
    private readonly server: SocketServer,
    private readonly hub: FeedHub,
    private readonly metrics: LiveMetrics,
  ) {}

  onModuleInit(): void {
    const figures = {
      sockets: () => this.server.socketCount,
      rooms: () => this.server.subscribedChannels().total,
      guilds: () => this.hub.size,
    };
    this.health.describe(() => ({
      sockets: figures.sockets(),
      rooms: figures.rooms(),
      guilds: figures.guilds(),
    }));
    this.metrics.watch(figures);
  }
}
