import type {
  RestSubscribedChannels,
  ServerToClientEvents,
  SourceStatus,
  WireEvent,
} from '@discord-relay/contracts';
import type { LiveMetrics } from '../../metrics/live-metrics.js';
import type { RelayServer, RelaySocket } from './relay-socket.js';
import type { RoomVoice, SocketRoom } from '../wire/wire-socket.js';
import { UNKNOWN_SOURCE } from '../../source/source-status.js';
import { RoomPacket } from '../wire/room-packet.js';

/** The sockets of this process. Empty until the gateway has opened. */
export class SocketServer implements RoomVoice {
  private server: RelayServer | undefined;
  private source: SourceStatus = UNKNOWN_SOURCE;

  constructor(private readonly metrics: LiveMetrics) {}

  attach(server: RelayServer): void {
    this.server = server;
  }

  emit(room: SocketRoom, { event, payload }: WireEvent): boolean {
    return this.tell(room, event, ...([payload] as never));
  }

  tell<E extends keyof ServerToClientEvents>(
    room: SocketRoom,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): boolean {
    const followers = this.followers(room);
    if (followers === 0) return false;
    const packet = new RoomPacket(event, args);
    this.each(room, (socket) => packet.send(socket));
    this.metrics.deliveries.inc({ event }, followers);
    return true;
  }

  /** As {@link tell}, to those who can take it now: it may be lost. */
  whisper<E extends 'typing' | 'presence'>(
    room: SocketRoom,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): void {
    const followers = this.followers(room);
    if (followers === 0) return;
    const packet = new RoomPacket(event, args);
    this.each(room, (socket) => packet.whisper(socket));
    this.metrics.deliveries.inc({ event }, followers);
  }

  /** Tells every socket the state of the source, and from now on those that connect. */
  announceSource(status: SourceStatus): void {
    this.source = status;
    for (const socket of this.sockets()) this.tellSource(socket);
  }

  /** The state of the source as it was announced last. */
  tellSource(socket: RelaySocket): void {
    if (!socket.connected) return;
    this.metrics.deliveries.inc({ event: 'source' });
    socket.emit('source', this.source);
  }

  /** How many sockets are in the room. */
  followers(room: string): number {
    return this.rooms().get(room)?.size ?? 0;
  }

  sockets(): RelaySocket[] {
    return [...(this.server?.sockets.sockets.values() ?? [])];
  }

  get socketCount(): number {
    return this.server?.sockets.sockets.size ?? 0;
  }

  roomStats(): RestSubscribedChannels {
    const channels = [...this.rooms()].filter(([room]) => isFeed(room));
    return {
      total: channels.length,
      channels: channels.length,
      activeChannels: channels.map(([room, { size }]) => ({ channelId: room.slice(2), userCount: size })),
    };
  }

  /** Closes every connection; clients come back and resume elsewhere. */
  disconnectAll(): void {
    this.server?.disconnectSockets(true);
  }

  private each(room: string, work: (socket: RelaySocket) => void): void {
    const { sockets } = this.server!.sockets;
    for (const id of this.rooms().get(room) ?? []) {
      const socket = sockets.get(id);
      if (socket) work(socket);
    }
  }

  private rooms(): Map<string, Set<string>> {
    return this.server?.sockets.adapter.rooms ?? new Map<string, Set<string>>();
  }
}

/** Every socket is also in a room of its own id, which has no colon. */
const isFeed = (room: string): boolean => room.startsWith('c:');
