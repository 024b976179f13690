import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';

/**
 * Argument: `ws` or `socket.io`. Accepts sockets, with Socket.IO into a room, and does nothing else: the lower bound of a
 * socket's cost.
 */
const [kind] = process.argv.slice(2);

const http = createServer();
if (kind === 'ws') {
  new WebSocketServer({ server: http, perMessageDeflate: false });
} else {
  const server = new Server(http, { perMessageDeflate: false, serveClient: false });
  // As Socket.IO's documentation on memory usage recommends.
  server.engine.on('connection', (socket: { request: unknown }) => (socket.request = null));
  server.on('connection', (socket) =>
    socket.on('join_channel', ({ channelId }: { channelId: string }, ack: (answer: object) => void) => {
      void socket.join(channelId);
      ack({ ok: true });
    }),
  );
}
http.listen(0, '127.0.0.1');
await once(http, 'listening');
process.send!((http.address() as AddressInfo).port);
process.on('disconnect', () => process.exit(0));
