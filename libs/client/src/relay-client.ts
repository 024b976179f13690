import type {
  ChannelUpdateBody,
  Positioned,
  PresenceNotice,
  RateLimited,
  Snowflake,
  SourceStatus,
  UserInfo,
  WireChannel,
  WireGuild,
} from '@discord-relay/contracts/wire';
import { ChannelFeed } from './feeds/channel-feed.js';
import { ChannelList } from './feeds/channel-list.js';
import { Connection, type ConnectionEvents, type ConnectionState } from './connection/connection.js';
import { Emitter } from './emitter.js';
import { FeedLinks } from './feed-links.js';
import type { History, HistoryPage } from './feeds/history.js';
import { disconnected, RelayError } from './relay-error.js';
import { RelayRest, type RestQuery, type SendMethod } from './rest.js';
import { QueueFeed } from './feeds/queue-feed.js';
import { Replay, type ReplayOptions } from './replay/replay.js';
import { routeReplays } from './replay/route-replays.js';
import { RoomsFeed } from './feeds/rooms-feed.js';
import { ServiceUrl } from './connection/service-url.js';
import { SseFallback } from './fallback/sse-fallback.js';
import { routeChannels, routeRooms } from './routes.js';

export interface RelayOptions {
  /** URL of the service, for example `https://relay.example.com` or, with a path prefix, `https://example.org/relay`. */
  url: string;
  /** A fixed token; or `getToken`, which is called before every connection and request, and before a token expires. */
  token?: string;
  getToken?: () => string | Promise<string>;
  /** Number of messages in a snapshot, 1 to 100; default: 50. */
  snapshotLimit?: number;
  /** How long an answer may take before it counts as lost, in milliseconds; default: 15,000. */
  answerTimeoutMs?: number;
  /**
   * Whether channels are followed over server-sent events while WebSocket connections fail; default: false. Rooms and changes
   * of the channel list need a WebSocket.
   */
  sseFallback?: boolean;
}

export interface ClientEvents extends ConnectionEvents {
  user: (user: UserInfo) => void;
  /** Whether the service receives new events: emitted on every connection and whenever it changes. */
  source: (status: SourceStatus) => void;
  /** The visible channels; emitted again after every reconnection or gap once `channels()` was called. */
  channels: (channels: WireChannel[]) => void;
  channel_update: (update: ChannelUpdateBody & Positioned) => void;
  /** A user's status, in guilds that are followed; may be lost. */
  presence: (notice: PresenceNotice) => void;
  rate_limited: (notice: RateLimited) => void;
}

/** A client that reconnects by itself and keeps its feeds exact. Created by {@link connect}. */
export class RelayClient extends Emitter<ClientEvents> {
  private readonly connection: Connection;
  private readonly rest: RelayRest;
  private readonly list: ChannelList;
  private readonly channelFeeds = new Map<Snowflake, ChannelFeed>();
  private readonly roomsFeeds = new Map<Snowflake, RoomsFeed>();
  private readonly queueFeeds = new Map<Snowflake, QueueFeed>();
  /** The started ones, by id. */
  private readonly replays = new Map<string, Replay>();
  private readonly fallback: SseFallback;
  private readonly links: FeedLinks;
  private sourceStatus: SourceStatus | null = null;

  /** @internal */
  constructor(private readonly options: RelayOptions) {
    super();
    const { url, token = '', getToken = () => token, answerTimeoutMs = 15_000 } = options;
    const service = new ServiceUrl(url);
    this.rest = new RelayRest(service, getToken);
    this.connection = new Connection({ service, getToken, answerTimeoutMs });
    this.list = new ChannelList(this.connection);
    this.fallback = new SseFallback(this.rest, {
      onChange: (active) => this.onFallback(active),
      onSource: (status) => this.onSource(status),
    });
    this.links = new FeedLinks(this.connection, this.fallback, options.snapshotLimit);
    this.listen();
    void this.connection.open();
  }

  /** The state of the connection; `connected` also while channels use server-sent events. */
  get state(): ConnectionState {
    return this.fallback.active ? 'connected' : this.connection.state;
  }

  /** The current transport: `sse` only with the option `sseFallback`, while WebSocket connections fail. */
  get transport(): 'websocket' | 'sse' {
    return this.fallback.active ? 'sse' : 'websocket';
  }

  /** The last known state of the service's connections to Discord; null while the client is not connected to the service. */
  get source(): SourceStatus | null {
    return this.sourceStatus;
  }

  /** The feed of a channel or thread; always the same object for the same id. Call its `join()` to follow it. */
  channel(channelId: string): ChannelFeed {
    const id = channelId as Snowflake;
    const known = this.channelFeeds.get(id);
    if (known) return known;
    const feed = new ChannelFeed(
      id,
      this.links.ofChannel(id, () => this.channel(id)),
      (page) => this.history(id, page),
    );
    this.channelFeeds.set(id, feed);
    return feed;
  }

  /** The rooms of a guild and their users; always the same object for the same id, as with `channel`. */
  rooms(guildId: string): RoomsFeed {
    const id = guildId as Snowflake;
    const known = this.roomsFeeds.get(id);
    if (known) return known;
    const feed = new RoomsFeed(id, this.links.ofRooms(id));
    this.roomsFeeds.set(id, feed);
    return feed;
  }

  /** The support queue of a guild; always the same object for the same id. Call its `join()` to follow it. */
  queue(guildId: string): QueueFeed {
    const id = guildId as Snowflake;
    const known = this.queueFeeds.get(id);
    if (known) return known;
    const feed = new QueueFeed(id, this.connection);
    this.queueFeeds.set(id, feed);
    return feed;
  }

  /** The past of a channel or a guild, played like the present. Attach listeners, then call its `start()`. */
  replay(options: ReplayOptions): Replay {
    return new Replay(options, this.connection, this.replays);
  }

  /**
   * The channels that the user may see; from then on their changes arrive as `channel_update`.
   * @throws RelayError
   */
  channels(): Promise<WireChannel[]> {
    return this.fallback.active ? this.rest.channels() : this.list.read();
  }

  /** The guilds that the user may see. @throws RelayError */
  guilds(): Promise<WireGuild[]> {
    return this.rest.guilds();
  }

  /** One page of a channel's history. @throws RelayError */
  history(channelId: string, page: HistoryPage = {}): Promise<History> {
    return this.rest.history(channelId, page);
  }

  /**
   * The response of any other endpoint of the REST API, for example `get('/api/v1/search', { guild, q: 'words' })`.
   * @throws RelayError
   */
  get<T>(path: string, query?: RestQuery): Promise<T> {
    return this.rest.get<T>(path, query);
  }

  /**
   * Sends a request that changes something, for example `send('POST', '/api/v1/webhooks', { guildId, url })`. An empty answer is
   * undefined.
   * @throws RelayError
   */
  send<T>(method: SendMethod, path: string, body?: object): Promise<T> {
    return this.rest.send<T>(method, path, body);
  }

  /** Closes the connection permanently. */
  close(): void {
    this.connection.close();
  }

  private listen(): void {
    const { connection, list } = this;
    const { socket } = connection;
    connection.on('state', (...args) => this.onState(...args));
    connection.on('error', (error) => this.emit('error', error));
    list.on('channels', (channels) => this.emit('channels', channels));
    list.on('channel_update', (update) => this.emit('channel_update', update));
    list.on('error', (error) => this.emit('error', error));
    socket.on('user_info', (user) => this.emit('user', user));
    socket.on('source', (status) => this.onSource(status));
    socket.on('presence', (notice) => this.emit('presence', notice));
    socket.on('rate_limited', (notice) => this.emit('rate_limited', notice));
    routeChannels(socket, this.channelFeeds);
    routeRooms(socket, this.roomsFeeds);
    routeReplays(socket, this.replays);
    socket.on('queue_update', (update) => this.queueFeeds.get(update.guildId)?.receive(update));
  }

  private onSource(status: SourceStatus): void {
    this.sourceStatus = status;
    this.emit('source', status);
  }

  private onState(...[state, error, retryInMs]: Parameters<ConnectionEvents['state']>): void {
    if (state !== 'connected') this.loseReplays(error);
    if (state === 'reconnecting' && this.options.sseFallback) {
      void this.fallback.socketFailed();
      if (this.fallback.active) return;
    } else this.fallback.stop();
    const feeds = [...this.channelFeeds.values(), ...this.roomsFeeds.values(), ...this.queueFeeds.values()];
    for (const feed of [this.list, ...feeds]) {
      if (state === 'connected') feed.resume();
      else if (this.connection.ended) feed.leave();
      else feed.suspend();
    }
    if (state !== 'connected') this.sourceStatus = null;
    this.emit('state', state, error, retryInMs);
  }

  /** A replay belongs to its connection. */
  private loseReplays(error: RelayError = new RelayError(disconnected('the connection is closed'))): void {
    for (const replay of [...this.replays.values()]) replay.receiveLost(error);
  }

  /** The socket is not connected: channels use server-sent events, or wait for the socket again. */
  private onFallback(active: boolean): void {
    for (const feed of this.channelFeeds.values())
      if (active) feed.resume();
      else feed.suspend();
    if (active) void this.emitUser();
    else this.sourceStatus = null;
    this.emit('state', active ? 'connected' : 'reconnecting');
  }

  /** Over a socket the service sends this without a request. */
  private async emitUser(): Promise<void> {
    try {
      this.emit('user', await this.rest.me());
    } catch (error) {
      this.emit('error', error instanceof RelayError ? error : new RelayError(disconnected(String(error))));
    }
  }
}

/** Connects and stays connected: includes back-off, fresh tokens and the resumption of all feeds. */
export const connect = (options: RelayOptions): RelayClient => new RelayClient(options);
