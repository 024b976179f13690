import { textFrame } from './text-frame.js';
import type { WireSocket } from './wire-socket.js';

/** What engine.io calls a message, and Socket.IO an event of the main namespace. */
const MESSAGE = '4';
const EVENT = '2';

/** What engine.io takes instead of framing the text itself. It types neither this nor whether a transport can take more. */
interface SendOptions {
  compress: boolean;
  wsPreEncodedFrame: [Buffer];
}

/**
 * An event for many sockets, encoded once. Socket.IO's own broadcast does too, yet writes head and content of the frame
 * one after the other and keeps a list of the sockets it has served: half as much work again for each of them.
 */
export class BroadcastPacket {
  private readonly text: string;
  private readonly options: SendOptions;

  constructor(event: string, args: readonly unknown[]) {
    this.text = EVENT + JSON.stringify([event, ...args]);
    this.options = { compress: false, wsPreEncodedFrame: [textFrame(MESSAGE + this.text)] };
  }

  send({ conn }: WireSocket): void {
    conn.write(this.text, this.options);
  }

  /** Unless the socket still has something to read: it may be lost. */
  sendVolatile(socket: WireSocket): void {
    if (socket.conn.transport.writable) this.send(socket);
  }
}
