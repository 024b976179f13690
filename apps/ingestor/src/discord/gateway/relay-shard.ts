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

/** A peer that is gone does not answer a close, nor a greeting; nothing depends on its answer. */
const CLOSE_TIMEOUT_MS = 2_000;
/** How long a shard that is given up waits for the answer to an identify: without it the identify is spent for nothing. */
const READY_TIMEOUT_MS = 5_000;

/** The library keeps its WebSocket to itself, and has no word for not reading from it. */
interface SocketAccess {
  connection: { pause(): void; resume(): void } | null;
}

/**
 * Whether Discord has ended the session. The library also asks for a new one after network errors and timeouts, in
 * which nobody said that the old one is gone; only op 9 (a destroy without a code) and close 4007 say so.
 */
export const isSessionInvalidated = ({ code, recover }: WebSocketShardDestroyOptions): boolean =>
  recover === WebSocketShardDestroyRecovery.Reconnect &&
  (code === undefined || code === GatewayCloseCodes.InvalidSeq);

/** discord.js' shard, which keeps its session through everything but Discord's word that it is over. */
export class RelayShard extends WebSocketShard {
  private readonly retirement = new AbortController();
  private closing = false;
  private helloReceived = false;
  private identifying = false;
  /** Whether the last connection ended instead of an answer to an identify. */
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

  /** No socket is open or being opened: the session that is asked for now is for a new connection. */
  get idle(): boolean {
    return this.status === WebSocketShardStatus.Idle;
  }

  /** An identify was sent and is not answered: a READY that comes now begins a session. */
  get isIdentifying(): boolean {
    return this.identifying;
  }

  /** Aborts when this process is done with the shard. */
  get retired(): AbortSignal {
    return this.retirement.signal;
  }

  /** A second close while one is under way would make the library open two sockets, and throw. */
  override async destroy(options: WebSocketShardDestroyOptions = {}): Promise<void> {
    if (this.closing || this.retired.aborted) return;
    if (isSessionInvalidated(options)) this.onSessionInvalidated();
    await this.closeConnection(options);
  }

  /** Closes the connection so that whoever comes next can resume the session; the shard never connects again. */
  async retire(reason: string): Promise<void> {
    if (this.identifying) await this.untilEventOrClose('Ready', AbortSignal.timeout(READY_TIMEOUT_MS));
    if (this.retired.aborted) return;
    this.retirement.abort();
    const limit = AbortSignal.timeout(CLOSE_TIMEOUT_MS);
    await this.untilHello(limit);
    if (this.closing || this.idle) return;
    await Promise.race([this.closeConnection({ code: CloseCodes.Resuming, reason }), aborted(limit)]);
  }

  /** Stops reading from the socket, or goes on: what Discord sends meanwhile waits on the way. */
  setReading(reading: boolean): void {
    const { connection } = this as unknown as SocketAccess;
    if (reading) connection?.resume();
    else connection?.pause();
  }

  /** The library opens a socket when this resolves. Rejects as `turn` does. */
  connectAfter(turn: Promise<void>): Promise<void> {
    return this.unlessRetired(turn, () => {
      this.closing = false;
      this.helloReceived = false;
    });
  }

  /** The library sends an identify when this resolves, and Discord begins a session for it. Rejects as `turn` does. */
  identifyAfter(turn: Promise<void>): Promise<void> {
    return this.unlessRetired(turn, () => (this.identifying = true));
  }

  /**
   * Stays pending when the shard is given up before its turn: the library goes on whatever the answer is, and offers
   * no other way to keep it from that. From `begin` on, {@link retire} knows of it.
   */
  private async unlessRetired(turn: Promise<void>, begin: () => void): Promise<void> {
    try {
      await turn;
    } catch (error) {
      if (!this.retired.aborted) throw error;
    }
    if (this.retired.aborted) await new Promise<never>(() => {});
    begin();
  }

  /** The library lets go of a socket that is not open yet, and nobody would hear of its failure. */
  private async untilHello(limit: AbortSignal): Promise<void> {
    if (this.helloReceived || this.status !== WebSocketShardStatus.Connecting) return;
    await this.untilEventOrClose('Hello', limit);
  }

  private async untilEventOrClose(event: 'Hello' | 'Ready', limit: AbortSignal): Promise<void> {
    const wanted = once(this, WebSocketShardEvents[event], { signal: limit });
    const closed = once(this, WebSocketShardEvents.Closed, { signal: limit });
    await Promise.race([wanted, closed].map((each) => each.catch(() => undefined)));
  }

  private async closeConnection(options: WebSocketShardDestroyOptions): Promise<void> {
    this.closing = !this.idle;
    // The peer's answer to the close has to be read.
    this.setReading(true);
    await super.destroy(options);
    if (options.recover === undefined) this.closing = false;
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
