import { io, type Socket } from 'socket.io-client';
import type { ClientToServerEvents, ServerToClientEvents } from '@discord-relay/contracts/wire';
import { Emitter } from '../emitter.js';
import { reconnectDelayMs } from './reconnect-delay.js';
import { disconnected, isWireError, RelayError, TOKEN_EXPIRED } from '../relay-error.js';
import type { ServiceUrl } from './service-url.js';
import { TokenKeeper } from './token-keeper.js';

/** `refused` and `closed` are final; with `refused` comes an error with the reason. */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'refused' | 'closed';

export interface ConnectionEvents {
  /** `retryInMs`: with `reconnecting`, how long until the next attempt. */
  state: (state: ConnectionState, error?: RelayError, retryInMs?: number) => void;
  error: (error: RelayError) => void;
}

export interface ConnectionOptions {
  service: ServiceUrl;
  getToken: () => string | Promise<string>;
  answerTimeoutMs: number;
}

export type RelaySocket = Socket<ServerToClientEvents, ClientToServerEvents>;
type Answering = ReturnType<RelaySocket['timeout']>;

/** A connection that ends sooner does not reset the back-off. */
const STABLE_MS = 2_000;

/** A socket that reconnects whenever it is lost, with a token that is renewed before it expires. */
export class Connection extends Emitter<ConnectionEvents> {
  readonly socket: RelaySocket;
  private readonly token: TokenKeeper;
  private currentState: ConnectionState = 'connecting';
  /** Attempts since the last stable connection. */
  private attempt = 0;
  private connectedAtMs = 0;
  /** When the client should reconnect, as sent by a stopping service; otherwise undefined. */
  private returnAtMs: number | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** When the service accepts requests again after a rate limit. */
  private limitedUntilMs = 0;

  constructor(private readonly options: ConnectionOptions) {
    super();
    const { service } = options;
    this.socket = io(service.origin, {
      path: service.at('/socket.io').pathname,
      autoConnect: false,
      forceNew: true,
      // socket.io's own back-off loses its jitter at the cap.
      reconnection: false,
      transports: ['websocket'],
    });
    this.token = new TokenKeeper(
      options.getToken,
      (token) => this.request((socket) => socket.emitWithAck('refresh_token', { token })),
      (error) => this.emit('error', error),
    );
    this.listen();
  }

  get state(): ConnectionState {
    return this.currentState;
  }

  get connected(): boolean {
    return this.socket.connected;
  }

  /** Connects in the background; never rejects, because a failure causes a retry. */
  async open(): Promise<void> {
    let token: string;
    try {
      token = await this.token.get();
    } catch (cause) {
      return this.retry(new RelayError(disconnected(`no token: ${String(cause)}`)));
    }
    if (this.ended) return;
    this.socket.auth = { token };
    this.socket.connect();
  }

  /** Ends the connection permanently. */
  close(): void {
    this.stop('closed');
  }

  /** A request without an answer counts as a retryable failure. */
  async request<T>(send: (socket: Answering) => Promise<T>): Promise<T | ReturnType<typeof unanswered>> {
    try {
      return await send(this.socket.timeout(this.options.answerTimeoutMs));
    } catch (error) {
      return unanswered((error as Error).message);
    }
  }

  /** How long a request that failed `attempt` times should wait. */
  retryDelayMs(attempt: number): number {
    return Math.max(reconnectDelayMs(attempt, Math.random()), this.limitedUntilMs - performance.now());
  }

  private listen(): void {
    const { socket } = this;
    socket.on('connect', () => this.onConnected());
    socket.on('disconnect', (reason) => this.onLost(new RelayError(disconnected(reason))));
    socket.on('connect_error', (error) => this.onConnectError(error));
    socket.on('reconnect', ({ afterMs }) => this.onServerStopping(afterMs));
    socket.on('rate_limited', ({ retryAfterMs }) => {
      this.limitedUntilMs = performance.now() + retryAfterMs;
    });
    socket.on('error', (error) => this.onError(new RelayError(error)));
  }

  private onError(error: RelayError): void {
    if (error.code === TOKEN_EXPIRED) this.token.renewNow();
    this.emit('error', error);
  }

  private onConnected(): void {
    this.connectedAtMs = performance.now();
    this.token.start();
    this.moveTo('connected');
  }

  private onLost(error: RelayError): void {
    this.token.stop();
    if (performance.now() - this.connectedAtMs >= STABLE_MS) this.attempt = 0;
    this.retry(error);
  }

  /** The service is stopping. Events that it still sends are applied; then the client connects to another replica. */
  private onServerStopping(afterMs: number): void {
    this.returnAtMs = performance.now() + afterMs;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.socket.disconnect(), afterMs);
  }

  private onConnectError(error: Error & { data?: unknown }): void {
    const refusal = isWireError(error.data) ? new RelayError(error.data) : undefined;
    if (refusal && !refusal.retryable) return this.stop('refused', refusal);
    this.retry(refusal ?? new RelayError(disconnected(error.message)));
  }

  private retry(error: RelayError): void {
    if (this.ended) return;
    clearTimeout(this.retryTimer);
    const delayMs = this.nextDelayMs();
    this.retryTimer = setTimeout(() => void this.open(), delayMs);
    this.moveTo('reconnecting', error, delayMs);
  }

  private nextDelayMs(): number {
    const { returnAtMs } = this;
    this.returnAtMs = undefined;
    if (returnAtMs !== undefined) return Math.max(0, returnAtMs - performance.now());
    return reconnectDelayMs(this.attempt++, Math.random());
  }

  private stop(state: 'closed' | 'refused', error?: RelayError): void {
    if (this.ended) return;
    clearTimeout(this.retryTimer);
    this.currentState = state;
    this.socket.disconnect();
    this.moveTo(state, error);
  }

  /** Whether the connection has ended and will not be opened again. */
  get ended(): boolean {
    return this.currentState === 'closed' || this.currentState === 'refused';
  }

  private moveTo(state: ConnectionState, error?: RelayError, retryInMs?: number): void {
    this.currentState = state;
    this.emit('state', state, error, retryInMs);
  }
}

const unanswered = (message: string) => ({ ok: false as const, error: disconnected(message) });
