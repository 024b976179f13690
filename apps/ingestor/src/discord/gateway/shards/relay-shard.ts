import { once } from 'node:events';
import {
  CloseCodes,
  WebSocketShard,
  WebSocketShardDestroyRecovery,
  WebSocketShardEvents,
  WebSocketShardStatus,
  type IContextFetchingStrategy,
  type WebSocketShardDestroyOptions,
} from '@discordjs/ws';
import { GatewayCloseCodes } from 'discord-api-types/v10';

/** How long to wait for a close or an open; a dead peer never answers, and nothing depends on the answer. */
const CLOSE_TIMEOUT_MS = 2_000;
/** How long a retiring shard waits for the answer to an identify, which would otherwise be wasted. */
const READY_TIMEOUT_MS = 5_000;

/** The library keeps its WebSocket private and cannot pause reading from it. */
interface SocketAccess {
  connection: { pause(): void; resume(): void } | null;
}

/**
 * Whether Discord has invalidated the session. The library also starts a new session after network errors and timeouts, although
 * the old one may still exist; only op 9 (a destroy without a code) and close code 4007 end it.
 */
export const isSessionInvalidated = ({ code, recover }: WebSocketShardDestroyOptions): boolean =>
  recover === WebSocketShardDestroyRecovery.Reconnect &&
  (code === undefined || code === GatewayCloseCodes.InvalidSeq);

/** The library's shard, changed to keep its session until Discord invalidates it. */
export class RelayShard extends WebSocketShard {
  private readonly retirement = new AbortController();
  private closing = false;
  private helloReceived = false;
  private identifying = false;
  /** Whether Discord closed the last connection instead of answering an identify. */
  identifyRefused = false;

  constructor(
    strategy: IContextFetchingStrategy,
    id: number,
    private readonly onSessionInvalidated: () => void,
  ) {
    super(strategy, id);
    this.on(WebSocketShardEvents.Hello, () => (this.helloReceived = true));
    this.on(WebSocketShardEvents.Ready, () => (this.identifying = false));
    this.on(WebSocketShardEvents.Closed, () => {
      this.identifyRefused = this.identifying;
      this.identifying = false;
    });
  }

  /** Whether no socket is open or being opened: a session that the library requests now is for a new connection. */
  get idle(): boolean {
    return this.status === WebSocketShardStatus.Idle;
  }

  /** Whether an identify is unanswered: a READY that arrives now starts a session. */
  get isIdentifying(): boolean {
    return this.identifying;
  }

  /** Aborts when the shard retires. */
  get retired(): AbortSignal {
    return this.retirement.signal;
  }

  /** Ignores a second close during the first one, which would make the library open two sockets and throw. */
  override async destroy(options: WebSocketShardDestroyOptions = {}): Promise<void> {
    if (this.closing || this.retired.aborted) return;
    if (isSessionInvalidated(options)) this.onSessionInvalidated();
    await this.closeConnection(options);
  }

  /** Closes the connection so that the next owner can resume the session; this object never connects again. */
  async retire(reason: string): Promise<void> {
    if (this.identifying) await this.untilEventOrClose('Ready', AbortSignal.timeout(READY_TIMEOUT_MS));
    if (this.retired.aborted) return;
    this.retirement.abort();
    const limit = AbortSignal.timeout(CLOSE_TIMEOUT_MS);
    await this.untilHello(limit);
    if (this.closing || this.idle) return;
    await Promise.race([this.closeConnection({ code: CloseCodes.Resuming, reason }), aborted(limit)]);
  }

  /** Pauses or resumes reading from the socket; TCP flow control delays what Discord sends. */
  setReading(reading: boolean): void {
    const { connection } = this as unknown as SocketAccess;
    if (reading) connection?.resume();
    else connection?.pause();
  }

  /** The library opens a socket when this resolves. Rejects as `allowed` does. */
  connectAfter(allowed: Promise<void>): Promise<void> {
    return this.unlessRetired(allowed, () => {
      this.closing = false;
      this.helloReceived = false;
    });
  }

  /** The library sends an identify when this resolves, and Discord starts a session. Rejects as `allowed` does. */
  identifyAfter(allowed: Promise<void>): Promise<void> {
    return this.unlessRetired(allowed, () => (this.identifying = true));
  }

  /**
   * Stays pending when the shard retires first, because the library continues after any outcome and cannot be stopped in another
   * way. Once `proceed` was called, {@link retire} takes the step into account.
   */
  private async unlessRetired(allowed: Promise<void>, proceed: () => void): Promise<void> {
    try {
      await allowed;
    } catch (error) {
      if (!this.retired.aborted) throw error;
    }
    if (this.retired.aborted) await new Promise<never>(() => {});
    proceed();
  }

  /** Waits until the connection is open or closed: the library drops a socket that is not open yet, and its errors would be lost. */
  private async untilHello(limit: AbortSignal): Promise<void> {
    if (this.helloReceived || this.status !== WebSocketShardStatus.Connecting) return;
    await this.untilEventOrClose('Hello', limit);
  }

  private async untilEventOrClose(event: 'Hello' | 'Ready', limit: AbortSignal): Promise<void> {
    const received = once(this, WebSocketShardEvents[event], { signal: limit });
    const closed = once(this, WebSocketShardEvents.Closed, { signal: limit });
    await Promise.race([received, closed].map((each) => each.catch(() => undefined)));
  }

  private async closeConnection(options: WebSocketShardDestroyOptions): Promise<void> {
    this.closing = !this.idle;
    // Reading must continue, because the peer's answer to the close has to arrive.
    this.setReading(true);
    await super.destroy(options);
    if (options.recover === undefined) this.closing = false;
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
