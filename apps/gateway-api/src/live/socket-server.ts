import type { FeedKey, WireEvent } from '@discord-relay/contracts';
import type { LiveMetrics } from './live-metrics.js';
import type { RelayServer, RelaySocket } from './relay-socket.js';

export interface RoomStats {
  /** Feeds that are followed, of any kind. */
  total: number;
  channels: number;
  activeChannels: { channelId: string; userCount: number }[];
}

/** The sockets of this process. Empty until the gateway has opened. */
export class SocketServer {
  private server: RelayServer | undefined;

  constructor(private readonly metrics: LiveMetrics) {}

  attach(server: RelayServer): void {
    this.server = server;
  }

  /** Sends one event to everyone in the room, encoded once. */
  emit(room: FeedKey, { event, payload }: WireEvent): void {
    const followers = this.rooms().get(room)?.size ?? 0;
    if (followers === 0) return;
    this.server!.to(room).emit(event, payload as never);
    this.metrics.deliveries.inc({ event }, followers);
  }

  sockets(): RelaySocket[] {
    return [...(this.server?.sockets.sockets.values() ?? [])];
  }

  get socketCount(): number {
    return this.server?.sockets.sockets.size ?? 0;
  }

  roomStats(): RoomStats {
    const feeds = [...this.rooms()].filter(([room]) => isFeed(room));
    const channels = feeds.filter(([room]) => room.startsWith('c:'));
    return {
      total: feeds.length,
      channels: channels.length,
      activeChannels: channels.map(([room, { size }]) => ({ channelId: room.slice(2), userCount: size })),
    };
  }

  /** Closes every connection; clients come back and resume elsewhere. */
  disconnectAll(): void {
    this.server?.disconnectSockets(true);
  }

  private rooms(): Map<string, Set<string>> {
    return this.server?.sockets.adapter.rooms ?? new Map<string, Set<string>>();
  }
}

/** Every socket is also in a room of its own id, which has no colon. */
const isFeed = (room: string): boolean => room.startsWith('c:') || room.startsWith('g:');
