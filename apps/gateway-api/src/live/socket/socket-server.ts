import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  RestSubscribedChannels,
  ServerToClientEvents,
  SourceStatus,
  WireEvent,
} from '@discord-relay/contracts';
import type { LiveMetrics } from '../../metrics/live-metrics.js';
import type { ConnectRateLimit } from './connect-rate-limit.js';
import type { RelayServer, RelaySocket } from './relay-socket.js';
import type { TopicBroadcaster, SocketTopic } from '../wire/wire-socket.js';
import { UNKNOWN_SOURCE } from '../../source/source-status.js';
import { BroadcastPacket } from '../wire/broadcast-packet.js';
import type { UnauthenticatedSockets } from './unauthenticated-sockets.js';
import { refuseConnection } from './refuse-connection.js';
import { refuseWithoutUpgrade } from './websocket-only.js';

const RETRY_AFTER_S = 1;

/** The sockets of this process; none until the gateway is attached. */
export class SocketServer implements TopicBroadcaster {
  private server: RelayServer | undefined;
  private stopping = false;
  private source: SourceStatus = UNKNOWN_SOURCE;

  constructor(
    private readonly metrics: LiveMetrics,
    readonly unauthenticated: UnauthenticatedSockets,
    private readonly connectRateLimit: ConnectRateLimit,
  ) {}

  attach(server: RelayServer): void {
    this.server = server;
    server.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) =>
      this.stopping ? refuseConnection(request, response, RETRY_AFTER_S) : next(),
    );
    server.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) =>
      this.connectRateLimit.admit(request, response, next),
    );
    server.engine.use(refuseWithoutUpgrade);
    server.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) =>
      this.unauthenticated.admit(request, response, next),
    );
  }

  /** Refuses new connections in a way that makes proxies try another replica. */
  stopAccepting(): void {
    this.stopping = true;
  }

  emit(topic: SocketTopic, { event, payload }: WireEvent): boolean {
    return this.send(topic, event, ...([payload] as never));
  }

  send<E extends keyof ServerToClientEvents>(
    topic: SocketTopic,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): boolean {
    const subscriberCount = this.subscriberCount(topic);
    if (subscriberCount === 0) return false;
    const packet = new BroadcastPacket(event, args);
    this.each(topic, (socket) => packet.send(socket));
    this.metrics.deliveries.inc({ event }, subscriberCount);
    return true;
  }

  /** As {@link send}, but only to sockets that are writable now. */
  sendVolatile<E extends 'typing' | 'presence'>(
    topic: SocketTopic,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): void {
    const count = this.subscriberCount(topic);
    if (count === 0) return;
    const packet = new BroadcastPacket(event, args);
    this.each(topic, (socket) => packet.sendVolatile(socket));
    this.metrics.deliveries.inc({ event }, count);
  }

  /** Sends the source status to every socket, and later to those that connect. */
  broadcastSource(status: SourceStatus): void {
    this.source = status;
    for (const socket of this.sockets()) this.sendSource(socket);
  }

  /** Sends the last source status. */
  sendSource(socket: RelaySocket): void {
    if (!socket.connected) return;
    this.metrics.deliveries.inc({ event: 'source' });
    socket.emit('source', this.source);
  }

  subscriberCount(topic: string): number {
    return this.rooms().get(topic)?.size ?? 0;
  }

  sockets(): RelaySocket[] {
    return [...(this.server?.sockets.sockets.values() ?? [])];
  }

  get socketCount(): number {
    return this.server?.sockets.sockets.size ?? 0;
  }

  subscribedChannels(): RestSubscribedChannels {
    const channels = [...this.rooms()].filter(([topic]) => isFeed(topic));
    return {
      total: channels.length,
      channels: channels.length,
      activeChannels: channels.map(([topic, { size }]) => ({ channelId: topic.slice(2), userCount: size })),
    };
  }

  /** Closes every connection; clients reconnect to another replica and resume. */
  disconnectAll(): void {
    this.server?.disconnectSockets(true);
  }

  private each(topic: string, work: (socket: RelaySocket) => void): void {
    const { sockets } = this.server!.sockets;
    for (const id of this.rooms().get(topic) ?? []) {
      const socket = sockets.get(id);
      if (socket) work(socket);
    }
  }

  private rooms(): Map<string, Set<string>> {
    return this.server?.sockets.adapter.rooms ?? new Map<string, Set<string>>();
  }
}

/** Socket.IO also puts every socket into a room named by its id, which has no colon. */
const isFeed = (topic: string): boolean => topic.startsWith('c:');
