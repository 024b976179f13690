import { textFrame } from './text-frame.js';
import type { WireSocket } from './wire-socket.js';

/** The packet type of engine.io for a message, which carries a Socket.IO event of the main namespace. */
const MESSAGE = '4';
const EVENT = '2';

/** Options that make engine.io send an encoded frame; its type declarations lack them. */
interface SendOptions {
  compress: boolean;
  wsPreEncodedFrame: [Buffer];
}

/**
 * An event for many sockets, encoded once. Socket.IO's own broadcast also encodes once, but writes header and payload of the
 * frame separately and keeps a list of served sockets, which costs half as much again for each socket.
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

  /** Sends only to a socket whose transport is writable now; otherwise the packet is dropped for it. */
  sendVolatile(socket: WireSocket): void {
    if (socket.conn.transport.writable) this.send(socket);
  }
}
