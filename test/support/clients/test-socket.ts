import type { ClientToServerEvents, ServerToClientEvents } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { io, type Socket } from 'socket.io-client';

export type WireSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** A bare Socket.IO client, as another author would write one, which records everything. */
export class TestSocket {
  readonly received: { event: string; payload: Record<string, unknown> }[] = [];

  private constructor(readonly socket: WireSocket) {
    socket.onAny((event: string, payload: Record<string, unknown>) => this.received.push({ event, payload }));
  }

  static async open(url: string, token: string): Promise<TestSocket> {
    const client = new TestSocket(
      io(url, { auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false }),
    );
    await new Promise<void>((resolve, reject) => {
      client.socket.once('connect', resolve);
      client.socket.once('connect_error', reject);
    });
    return client;
  }

  /** The first event of that name for which `match` holds, received already or soon. */
  async event(name: string, match: (payload: Record<string, unknown>) => boolean = () => true) {
    return await until(`event ${name}`, 10_000, () => {
      const found = this.received.find(({ event, payload }) => event === name && match(payload));
      return found?.payload;
    });
  }

  close(): void {
    this.socket.disconnect();
  }
}
