import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { BroadcastPacket } from './broadcast-packet.js';
import type { WireSocket } from './wire-socket.js';

describe('BroadcastPacket', () => {
  let http: HttpServer;
  let server: Server;
  let client: Socket;
  let socket: WireSocket;
  const received: unknown[][] = [];

  const connect = async (transport: 'websocket' | 'polling') => {
    const connection = once(server, 'connection');
    const { port } = http.address() as AddressInfo;
    client = io(`http://127.0.0.1:${port}`, { transports: [transport], forceNew: true });
    client.onAny((...event: unknown[]) => received.push(event));
    [socket] = (await connection) as [WireSocket];
    await once(client as never, 'connect');
  };

  /** When this arrives, everything sent before it has arrived. */
  const sentinel = async () => {
    const came = once(client as never, 'sentinel');
    (socket as unknown as Socket).emit('sentinel');
    await came;
    received.pop();
  };

  beforeEach(async () => {
    received.length = 0;
    http = createServer().listen(0, '127.0.0.1');
    server = new Server(http, { perMessageDeflate: false });
    await once(http, 'listening');
  });

  afterEach(async () => {
    client.disconnect();
    await server.close();
  });

  it.each(['websocket', 'polling'] as const)(
    'BroadcastPacket is sent as Socket.IO would, whatever its length, by %s',
    async (transport) => {
      await connect(transport);
      const contents = ['', 'ä€😀', 'x'.repeat(200), 'ä'.repeat(50_000)];
      for (const content of contents) new BroadcastPacket('message', [{ content }]).send(socket);
      new BroadcastPacket('bare', []).send(socket);
      await sentinel();
      expect(received).toEqual([...contents.map((content) => ['message', { content }]), ['bare']]);
    },
  );

  it('BroadcastPacket keeps its place among packets for one socket', async () => {
    await connect('websocket');
    const one = socket as unknown as Socket;
    for (let i = 0; i < 50; i += 2) {
      one.emit('n', i);
      new BroadcastPacket('n', [i + 1]).send(socket);
    }
    await sentinel();
    expect(received.map(([, n]) => n)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it('BroadcastPacket is not sent directly to a socket that still has packets to send', async () => {
    await connect('websocket');
    new BroadcastPacket('first', []).sendVolatile(socket);
    new BroadcastPacket('second', []).sendVolatile(socket);
    await sentinel();
    expect(received).toEqual([['first']]);
  });
});
