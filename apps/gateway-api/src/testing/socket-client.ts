import { io, type Socket } from 'socket.io-client';
import {
  type Ack,
  type JoinAck,
  type MessagesBulk,
  type Positioned,
  type ServerToClientEvents,
  type WireError,
} from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';

type Events = { [E in keyof ServerToClientEvents]: Parameters<ServerToClientEvents[E]>[0] };

export interface Received {
  event: keyof ServerToClientEvents;
  payload: unknown;
}

/** A plain Socket.IO client that records what it receives, in order. */
export class SocketClient {
  readonly received: Received[] = [];
  readonly socket: Socket;

  constructor(url: string, auth: Record<string, unknown>, headers: Record<string, string> = {}) {
    this.socket = io(url, {
      auth,
      extraHeaders: headers,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    this.socket.onAny((event: keyof ServerToClientEvents, payload: unknown) =>
      this.received.push({ event, payload }),
    );
  }

  /** Resolves when connected. Rejects with the error of a refused connection. */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.socket.once('connect_error', reject);
    });
  }

  join(request: unknown): Promise<JoinAck> {
    return this.request('join_channel', request) as Promise<JoinAck>;
  }

  request(event: string, ...args: unknown[]): Promise<Ack<Record<string, unknown>>> {
    return this.socket.timeout(10_000).emitWithAck(event, ...args) as Promise<Ack<Record<string, unknown>>>;
  }

  of<E extends keyof ServerToClientEvents>(event: E): Events[E][] {
    return this.received.filter((each) => each.event === event).map(({ payload }) => payload as Events[E]);
  }

  async waitFor<E extends keyof ServerToClientEvents>(event: E, count = 1): Promise<Events[E][]> {
    return await until(`${count} × ${event}`, 10_000, () =>
      this.of(event).length >= count ? this.of(event) : undefined,
    );
  }

  /** `seq` of every event that has one, in order. */
  seqs(): number[] {
    return this.received
      .filter(({ event }) => event.startsWith('message') && event !== 'messages_bulk')
      .map(({ payload }) => (payload as Positioned).seq);
  }

  lastSnapshot(): MessagesBulk {
    return this.of('messages_bulk').at(-1)!;
  }

  lastError(): WireError | undefined {
    return this.of('error').at(-1);
  }

  close(): void {
    this.socket.disconnect();
  }
}
