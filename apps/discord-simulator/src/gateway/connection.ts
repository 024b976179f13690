import type { WebSocket } from 'ws';

const WINDOW_MS = 60_000;

/** One client socket. Knows nothing of events; the session, once there is one, does. */
export class Connection<Session> {
  session: Session | null = null;
  lastHeartbeatMs = Date.now();
  /** Set when this side closed: the client's echo of our code then says nothing about its wishes. */
  closedByServer = false;
  private windowStartMs = Date.now();
  private received = 0;

  /**
   * @param origin `ws://host:port` as the client reached it.
   * @param maxBufferedBytes unsent bytes after which the socket is cut.
   */
  constructor(
    private readonly socket: WebSocket,
    readonly origin: string,
    private readonly maxBufferedBytes: number,
  ) {}

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Sends a text frame; returns false after cutting off a client that does not read. */
  sendText(text: string): boolean {
    if (!this.isOpen) return false;
    if (this.socket.bufferedAmount > this.maxBufferedBytes) {
      this.drop();
      return false;
    }
    this.socket.send(text);
    return true;
  }

  /** Sends a payload that is no dispatch: `t` and `s` are null. */
  sendControl(op: number, d: unknown = null): void {
    this.sendText(JSON.stringify({ t: null, s: null, op, d }));
  }

  close(code: number, reason: string): void {
    this.closedByServer = true;
    this.socket.close(code, reason);
  }

  /** Ends the TCP connection without a close frame; clients see 1006. */
  drop(): void {
    this.closedByServer = true;
    this.socket.terminate();
  }

  /** Counts a received payload. @returns false when the client sent more than `limit` in 60 s. */
  countReceived(limit: number): boolean {
    const nowMs = Date.now();
    if (nowMs - this.windowStartMs >= WINDOW_MS) {
      this.windowStartMs = nowMs;
      this.received = 0;
    }
    this.received += 1;
    return limit === 0 || this.received <= limit;
  }
}
