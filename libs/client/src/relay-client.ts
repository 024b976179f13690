import { io, type Socket } from 'socket.io-client';
import type {
  ChannelUpdateBody,
  ClientToServerEvents,
  JoinAck,
  JoinChannelRequest,
  Positioned,
  ServerToClientEvents,
  Snowflake,
  UserInfo,
  WireChannel,
  WireGuild,
} from '@discord-relay/contracts';
import { ChannelFeed } from './channel-feed.js';
import { Emitter } from './emitter.js';
import { reconnectDelayMs } from './reconnect-delay.js';
import { disconnected, isWireError, RelayError } from './relay-error.js';
import { type History, type HistoryPage, RelayRest } from './rest.js';

export interface RelayOptions {
  /** Where the service is, for example `https://relay.example.com`. */
  url: string;
  /** A fixed token; or `getToken`, which is asked before every connection and request. */
  token?: string;
  getToken?: () => string | Promise<string>;
  /** How many messages a snapshot holds, 1 to 100; 50 unless told. */
  snapshotLimit?: number;
  /** How long an answer may take before it counts as lost; 15,000 unless told. */
  answerTimeoutMs?: number;
}

/** `refused` and `closed` are final; after `refused` the error says why. */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'refused' | 'closed';

export interface ClientEvents {
  /** `retryInMs`: with `reconnecting`, how long until the next attempt. */
  state: (state: ConnectionState, error?: RelayError, retryInMs?: number) => void;
  user: (user: UserInfo) => void;
  /** The channels that may be seen; again after every reconnection once {@link RelayClient.channels} was called. */
  channels: (channels: WireChannel[]) => void;
  channel_update: (update: ChannelUpdateBody & Positioned) => void;
  /** What the service refused, for display; requests report their own refusals too. */
  error: (error: RelayError) => void;
}

/** A connection that keeps itself up and its channels exact. Made by {@link connect}. */
export class RelayClient extends Emitter<ClientEvents> {
  private readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  private readonly rest: RelayRest;
  private readonly feeds = new Map<Snowflake, ChannelFeed>();
  private readonly getToken: () => string | Promise<string>;
  private currentState: ConnectionState = 'connecting';
  private attempt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private listTimer: ReturnType<typeof setTimeout> | undefined;
  private listing = false;

  constructor(private readonly options: RelayOptions) {
    super();
    this.getToken = options.getToken ?? (() => options.token ?? '');
    this.rest = new RelayRest(options.url, this.getToken);
    this.socket = io(options.url, {
      autoConnect: false,
      forceNew: true,
      // socket.io's own back-off loses its jitter at the cap.
      reconnection: false,
      transports: ['websocket'],
    });
    this.listen();
    void this.open();
  }

  get state(): ConnectionState {
    return this.currentState;
  }

  /** The feed of one channel; always the same object for the same id. Nothing is sent before its `join()`. */
  channel(channelId: Snowflake): ChannelFeed {
    const known = this.feeds.get(channelId);
    if (known) return known;
    const link = {
      connected: () => this.socket.connected,
      join: (request: JoinChannelRequest) => this.askJoin(request),
      leave: (id: Snowflake) => void this.socket.emit('leave_channel', { channelId: id }),
    };
    const feed = new ChannelFeed(channelId, link, this.options.snapshotLimit);
    this.feeds.set(channelId, feed);
    return feed;
  }

  /**
   * The channels the user may see; from then on their changes arrive as `channel_update`.
   * @throws RelayError
   */
  async channels(): Promise<WireChannel[]> {
    const answer = await this.asking(() => this.answering().emitWithAck('get_channels'));
    if (!answer.ok) throw new RelayError(answer.error);
    this.listing = true;
    return answer.channels;
  }

  /** The servers the user may see. @throws RelayError */
  guilds(): Promise<WireGuild[]> {
    return this.rest.guilds();
  }

  /** One page of a channel's history. @throws RelayError */
  history(channelId: Snowflake, page: HistoryPage = {}): Promise<History> {
    return this.rest.history(channelId, page);
  }

  close(): void {
    this.stop('closed');
  }

  private async open(): Promise<void> {
    let token: string;
    try {
      token = await this.getToken();
    } catch (cause) {
      return this.retry(new RelayError(disconnected(`no token: ${String(cause)}`)));
    }
    if (this.ended()) return;
    this.socket.auth = { token };
    this.socket.connect();
  }

  private listen(): void {
    const { socket } = this;
    socket.on('connect', () => this.onConnected());
    socket.on('disconnect', (reason) => this.onLost(new RelayError(disconnected(reason))));
    socket.on('connect_error', (error) => this.onConnectError(error));
    socket.on('error', (error) => this.emit('error', new RelayError(error)));
    socket.on('user_info', (user) => this.emit('user', user));
    socket.on('channels_list', (channels) => this.emit('channels', channels));
    socket.on('channel_update', (update) => this.emit('channel_update', update));
    socket.on('messages_bulk', (bulk) => this.feeds.get(bulk.channelId)?.receiveSnapshot(bulk));
    socket.on('message', (event) => this.feeds.get(event.channelId)?.receive('message', event));
    socket.on('message_update', (event) => this.feeds.get(event.channelId)?.receive('update', event));
    socket.on('message_delete', (event) => this.feeds.get(event.channelId)?.receive('delete', event));
  }

  private onConnected(): void {
    this.attempt = 0;
    this.moveTo('connected');
    if (this.listing) void this.listAgain();
    for (const feed of this.feeds.values()) feed.resume();
  }

  /** The service tells of channels only to connections that asked for them. */
  private async listAgain(attempt = 0): Promise<void> {
    try {
      await this.channels();
    } catch (error) {
      if (!(error instanceof RelayError)) throw error;
      this.emit('error', error);
      if (!error.retryable || !this.socket.connected) return;
      const delayMs = reconnectDelayMs(attempt, Math.random());
      this.listTimer = setTimeout(() => void this.listAgain(attempt + 1), delayMs);
    }
  }

  private onLost(error: RelayError): void {
    clearTimeout(this.listTimer);
    for (const feed of this.feeds.values()) feed.suspend();
    if (!this.ended()) this.retry(error);
  }

  private onConnectError(error: Error & { data?: unknown }): void {
    if (this.ended()) return;
    const refusal = isWireError(error.data) ? new RelayError(error.data) : undefined;
    if (refusal && !refusal.retryable) return this.stop('refused', refusal);
    this.retry(refusal ?? new RelayError(disconnected(error.message)));
  }

  private retry(error: RelayError): void {
    if (this.ended()) return;
    clearTimeout(this.retryTimer);
    const delayMs = reconnectDelayMs(this.attempt++, Math.random());
    this.retryTimer = setTimeout(() => void this.open(), delayMs);
    this.moveTo('reconnecting', error, delayMs);
  }

  private stop(state: 'closed' | 'refused', error?: RelayError): void {
    if (this.ended()) return;
    clearTimeout(this.retryTimer);
    this.moveTo(state, error);
    for (const feed of this.feeds.values()) feed.leave();
    this.socket.disconnect();
  }

  private ended(): boolean {
    return this.currentState === 'closed' || this.currentState === 'refused';
  }

  private moveTo(state: ConnectionState, error?: RelayError, retryInMs?: number): void {
    this.currentState = state;
    this.emit('state', state, error, retryInMs);
  }

  private askJoin(request: JoinChannelRequest): Promise<JoinAck> {
    return this.asking(() => this.answering().emitWithAck('join_channel', request));
  }

  private answering() {
    return this.socket.timeout(this.options.answerTimeoutMs ?? 15_000);
  }

  /** A question nobody answered is a retryable refusal. */
  private async asking<T>(ask: () => Promise<T>): Promise<T | ReturnType<typeof unanswered>> {
    try {
      return await ask();
    } catch (error) {
      return unanswered((error as Error).message);
    }
  }
}

const unanswered = (message: string) => ({ ok: false as const, error: disconnected(message) });

/** Connects and stays connected: back-off, re-authentication and resumption of every joined channel included. */
export const connect = (options: RelayOptions): RelayClient => new RelayClient(options);
