import type { Writable } from 'node:stream';
import { deflateSync } from 'node:zlib';
import type { WebSocket } from 'ws';
import type { StreamCompressor } from './stream-compressor.js';
import { epochMs } from '../../state/model/world-types.js';

const WINDOW_MS = 60_000;
/** Payload compression leaves shorter payloads uncompressed. */
const MIN_COMPRESSED_LENGTH = 1024;

/** One client socket. It does not know events; its session, once there is one, does. */
export class Connection<Session> {
  session: Session | null = null;
  /** The API version in the address. */
  version = 10;
  /** The header of the WebSocket handshake. */
  userAgent: string | null = null;
  lastHeartbeatMs = epochMs();
  /** Set when this side closed: the client's echo of our code then has no meaning. */
  closedByServer = false;
  /** Set when IDENTIFY requested payload compression. */
  compressesPayloads = false;
  /** Heartbeats that will not be acknowledged; Infinity while acknowledgements are off. */
  acksToSkip = 0;
  private windowStartMs = epochMs();
  private received = 0;
  private delayed: string[] | null = null;
  private delayedBytes = 0;
  private holdCount = Infinity;
  private corked = false;

  /**
   * @param wire writes to `socket`.
   * @param origin `ws://host:port` as the client reached it.
   * @param maxBufferedBytes unsent bytes above which the socket is closed.
   */
  constructor(
    private readonly socket: WebSocket,
    private readonly wire: Pick<Writable, 'cork' | 'uncork'>,
    readonly origin: string,
    private readonly maxBufferedBytes: number,
    private readonly compressor: StreamCompressor | null = null,
  ) {
    socket.once('close', () => compressor?.destroy());
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount + (this.compressor?.pendingBytes ?? 0);
  }

  /**
   * Sends a payload, compressed if the client requested that; returns false after closing the socket of a client that does
   * not read.
   */
  sendText(text: string): boolean {
    if (!this.isOpen) return false;
    if (this.bufferedBytes > this.maxBufferedBytes) {
      this.drop();
      return false;
    }
    if (this.compressor) this.compressor.compress(text, (frame) => this.sendFrame(frame));
    else if (this.compressesPayloads && text.length >= MIN_COMPRESSED_LENGTH)
      this.sendFrame(deflateSync(text));
    else this.sendFrame(text);
    return true;
  }

  private sendFrame(frame: string | Buffer): void {
    if (!this.isOpen) return;
    this.cork();
    this.socket.send(frame);
  }

  /** Sends a dispatch, or delays it while the connection is frozen or reordering. */
  sendDispatch(text: string): void {
    if (this.delayed === null) return void this.sendText(text);
    this.delayedBytes += text.length;
    if (this.delayedBytes > this.maxBufferedBytes) return this.drop();
    this.delayed.push(text);
    if (this.delayed.length >= this.holdCount) this.release();
  }

  /** Holds dispatches back until `release`, or until `count` are waiting: then they are sent newest first. */
  holdDispatches(count = Infinity): void {
    this.release();
    this.delayed = [];
    this.holdCount = count;
  }

  /** Sends the delayed payloads: in order after a freeze, in reverse after a reordering. */
  release(): void {
    const { delayed } = this;
    if (delayed === null) return;
    this.delayed = null;
    this.delayedBytes = 0;
    for (const text of this.holdCount === Infinity ? delayed : delayed.reverse()) this.sendText(text);
  }

  /** Sends a payload that is not a dispatch: `t` and `s` are null. */
  sendControl(op: number, d: unknown = null): void {
    this.sendText(JSON.stringify({ t: null, s: null, op, d }));
  }

  close(code: number, reason: string): void {
    this.closedByServer = true;
    if (this.compressor) this.compressor.afterPending(() => this.socket.close(code, reason));
    else this.socket.close(code, reason);
  }

  /** Closes the TCP connection without a close frame; clients see 1006. */
  drop(): void {
    this.closedByServer = true;
    this.socket.terminate();
  }

  /** Frames of one turn of the event loop are sent together, because a system call for each was half of a dispatch's cost. */
  private cork(): void {
    if (this.corked) return;
    this.corked = true;
    this.wire.cork();
    process.nextTick(() => {
      this.corked = false;
      this.wire.uncork();
    });
  }

  /** Counts a received payload. @returns false if the client sent more than `limit` in 60 s. */
  countReceived(limit: number): boolean {
    const nowMs = epochMs();
    if (nowMs - this.windowStartMs >= WINDOW_MS) {
      this.windowStartMs = nowMs;
      this.received = 0;
    }
    this.received += 1;
    return limit === 0 || this.received <= limit;
  }
}
