import { connect } from '@nats-io/transport-node';
import { WebSocketServer } from 'ws';

/**
 * Arguments: NATS URL, subject. Sends every message of the subject to every socket and does nothing else: the lower bound of
 * a server's cost.
 */
const [natsUrl, subject] = process.argv.slice(2);

const connection = await connect({ servers: natsUrl });
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.once('listening', () => process.send!((server.address() as { port: number }).port));
connection.subscribe(subject!, {
  callback: (_error, message) => {
    const frame = message.string();
    for (const socket of server.clients) socket.send(frame);
  },
});
process.on('disconnect', () => process.exit(0));
