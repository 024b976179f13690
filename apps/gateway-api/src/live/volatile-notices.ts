import { channelFeed, parseEvent, type RelayEvent } from '@discord-relay/contracts';
import type { EphemeralListener } from './chain/change-announcements.js';
import type { LiveMetrics } from '../metrics/live-metrics.js';
import { presenceTopic } from './wire/wire-socket.js';
import type { SocketServer } from './socket/socket-server.js';

/** Sends typing to a channel's subscribers and presence to subscribers of the guild's channels; nothing is stored. */
export class VolatileNotices implements EphemeralListener {
  constructor(
    private readonly server: SocketServer,
    private readonly metrics: LiveMetrics,
  ) {}

  receive(payload: string): void {
    const parsed = parseEvent(payload);
    if (parsed.ok) this.send(parsed.event);
    else this.metrics.unreadable.inc();
  }

  private send({ type, data }: RelayEvent): void {
    if (type === 'typing.started') {
      const { channelId, guildId: serverId, userId, startedAt } = data;
      this.server.sendVolatile(channelFeed(channelId), 'typing', { channelId, serverId, userId, startedAt });
    } else if (type === 'presence.updated') {
      const { guildId: serverId, userId, status } = data;
      this.server.sendVolatile(presenceTopic(serverId), 'presence', { serverId, userId, status });
    }
  }
}
