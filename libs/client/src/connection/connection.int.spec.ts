import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { until } from '@discord-relay/local-stack';
import type {
  ClientToServerEvents,
  PositionNotice,
  Positioned,
  RoomsList,
  ServerToClientEvents,
  Snowflake,
  SourceStatus,
  WireChannel,
} from '@discord-relay/contracts/wire';
import { connect, type RelayClient } from '../relay-client.js';

type ServiceSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

const GUILD = '100' as Snowflake;
const ROOM = '101' as Snowflake;
const TEXT = '102' as Snowflake;

/** A service over real sockets whose messages are all determined by the test. */
let http: HttpServer;
let server: Server<ClientToServerEvents, ServerToClientEvents>;
let client: RelayClient | undefined;
let tokens: unknown[];
let connectedAtMs: number[];
let latest: ServiceSocket;
/** The handler of each new socket. */
let serve: (socket: ServiceSocket) => void;

beforeEach(async () => {
  tokens = [];
  connectedAtMs = [];
  serve = () => undefined;
  http = createServer();
  server = new Server(http, { transports: ['websocket'], serveClient: false });
  server.on('connection', (socket) => {
    connectedAtMs.push(performance.now());
    tokens.push(socket.handshake.auth.token);
    latest = socket;
    serve(socket);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  client?.close();
  await server.close();
});

const url = () => `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
const jwt = (name: string, livesS: number) => {
  const claims = { name, exp: Math.floor(Date.now() / 1_000) + livesS };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`;
};

function open(getToken: () => string | Promise<string> = () => 'token'): RelayClient {
  client = connect({ url: url(), getToken, answerTimeoutMs: 5_000 });
  return client;
}

const connections = (count: number) =>
  until(`${count} connections`, 20_000, () => (connectedAtMs.length >= count ? true : undefined));

describe('a connection', () => {
  it('a connection reports the state of the source, and null while it is not connected', async () => {
    const source: SourceStatus = {
      state: 'disconnected',
      ingestors: 1,
      shards: [{ id: 0, state: 'RECONNECTING' }],
      lastEventAt: null,
    };
    serve = (socket) => socket.emit('source', source);
    const relay = open();
    expect(relay.source).toBeNull();
    const received = await new Promise<SourceStatus>((resolve) => relay.on('source', resolve));
    expect(received).toEqual(source);
    expect(relay.source).toEqual(source);
    const lost = new Promise((resolve) =>
      relay.on('state', (state) => state === 'reconnecting' && resolve(state)),
    );
    latest.disconnect(true);
    await lost;
    expect(relay.source).toBeNull();
    await until('the source again', 20_000, () => (relay.source ? true : undefined));
  });

  it('a connection reconnects when a stopping service said it should, and not before', async () => {
    const relay = open();
    const states: string[] = [];
    relay.on('state', (state) => states.push(state));
    await connections(1);
    const saidAtMs = performance.now();
    latest.emit('reconnect', { afterMs: 1_500 });
    await connections(2);
    // The timer and this clock differ slightly.
    expect(connectedAtMs[1]! - saidAtMs).toBeGreaterThan(1_400);
    await until('connected again', 5_000, () => (relay.state === 'connected' ? true : undefined));
    expect(states).toEqual(['connected', 'reconnecting', 'connected']);
  });

  it('the client waits as long as `reconnect` says, even if the service closes the socket earlier', async () => {
    const relay = open();
    const waits: number[] = [];
    relay.on('state', (_state, _error, retryInMs) => retryInMs !== undefined && waits.push(retryInMs));
    await connections(1);
    latest.emit('reconnect', { afterMs: 3_000 });
    latest.disconnect(true);
    await until('a wait', 5_000, () => waits[0]);
    expect(waits[0]).toBeGreaterThan(1_000);
    expect(waits[0]).toBeLessThanOrEqual(3_000);
  });

  it('a connection renews its token before it expires and stays connected', async () => {
    const renewed: string[] = [];
    serve = (socket) =>
      socket.on('refresh_token', ({ token }, answer) => {
        renewed.push(token);
        answer?.({ ok: true, expiresAt: new Date().toISOString() });
      });
    const given = [jwt('first', 3), jwt('second', 5), jwt('third', 600)];
    let requests = 0;
    open(() => given[Math.min(requests++, 2)]!);
    await until('two renewals', 20_000, () => (renewed.length >= 2 ? true : undefined));
    expect(renewed).toEqual(given.slice(1));
    expect(tokens).toEqual([given[0]]);
  });

  it('a connection retries a failed renewal, and reports why it failed', async () => {
    const codes: string[] = [];
    let refusals = 1;
    const error = { code: 'SERVICE.UNAVAILABLE', message: 'not now', retryable: true };
    const done = new Promise<void>((resolve) => {
      serve = (socket) =>
        socket.on('refresh_token', (_request, answer) => {
          if (refusals-- > 0) return answer?.({ ok: false, error });
          answer?.({ ok: true, expiresAt: new Date().toISOString() });
          resolve();
        });
    });
    const given = [jwt('first', 4), jwt('second', 600)];
    let requests = 0;
    open(() => given[Math.min(requests++, 1)]!).on('error', ({ code }) => codes.push(code));
    await done;
    expect(codes).toEqual(['SERVICE.UNAVAILABLE']);
    expect(tokens).toHaveLength(1);
  });

  it('a connection renews a token that has expired by the service’s clock, and repeats refused requests', async () => {
    const error = { code: 'AUTH.TOKEN_EXPIRED', message: 'the token has expired', retryable: false };
    let renewed = false;
    serve = (socket) => {
      socket.on('refresh_token', (_request, answer) => {
        renewed = true;
        answer?.({ ok: true, expiresAt: new Date().toISOString() });
      });
      socket.on('join_channel', ({ channelId }, answer) => {
        if (!renewed) {
          socket.emit('error', error);
          return answer?.({ ok: false, error });
        }
        socket.emit('messages_bulk', { channelId, serverId: GUILD, messages: [], seq: 1, reason: 'joined' });
        answer?.({ ok: true, channelId, seq: 1, resumed: false });
      });
    };
    let requests = 0;
    await open(() => jwt(`token ${requests++}`, 600))
      .channel(TEXT)
      .join();
    expect(requests).toBe(2);
    expect(tokens).toHaveLength(1);
  });

  it('a connection backs off from a service that accepts it and closes it at once', async () => {
    const waits: number[] = [];
    serve = (socket) => setImmediate(() => socket.disconnect(true));
    open().on('state', (_state, _error, retryInMs) => retryInMs !== undefined && waits.push(retryInMs));
    await connections(3);
    await until('three waits', 5_000, () => (waits.length >= 3 ? true : undefined));
    expect(waits[0]).toBeLessThanOrEqual(1_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(4_000);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500);
  });

  it('the client delays its requests as long as the service demands', async () => {
    const requestedAtMs: number[] = [];
    const error = { code: 'REQUEST.RATE_LIMITED', message: 'too many', retryable: true };
    serve = (socket) =>
      socket.on('join_channel', ({ channelId }, answer) => {
        requestedAtMs.push(performance.now());
        if (requestedAtMs.length > 1) {
          socket.emit('messages_bulk', {
            channelId,
            serverId: GUILD,
            messages: [],
            seq: 1,
            reason: 'joined',
          });
          return answer?.({ ok: true, channelId, seq: 1, resumed: false });
        }
        socket.emit('rate_limited', { event: 'join_channel', retryAfterMs: 1_500 });
        answer?.({ ok: false, error });
      });
    await open().channel(TEXT).join();
    expect(requestedAtMs[1]! - requestedAtMs[0]!).toBeGreaterThan(1_400);
  });
});

describe('the rooms of a guild', () => {
  const ada = { guildId: GUILD, channelId: ROOM, userId: '7' as Snowflake, username: 'ada', avatar: null };
  const list = (seq: number): RoomsList => ({ guildId: GUILD, rooms: [], seq, reason: 'joined' });

  /** Answers `subscribe_rooms`: a list at 5, later the event at 9 that was lost. */
  function serveRooms(requests: (number | undefined)[]) {
    serve = (socket) =>
      socket.on('subscribe_rooms', ({ after }, answer) => {
        requests.push(after);
        if (after === undefined) socket.emit('rooms_list', list(5));
        else socket.emit('voice_joined', { ...ada, seq: 9, prev: 5 });
        const seq = after === undefined ? 5 : 9;
        answer?.({ ok: true, guildId: GUILD, seq, resumed: after !== undefined });
      });
  }

  function follow(relay: RelayClient) {
    const seen: string[] = [];
    const rooms = relay.rooms(GUILD);
    const note = (name: string) => (event: { seq: number }) => void seen.push(`${name} ${event.seq}`);
    rooms.on('snapshot', note('snapshot'));
    rooms.on('joined', note('joined'));
    rooms.on('left', note('left'));
    rooms.on('created', note('created'));
    rooms.on('deleted', note('deleted'));
    rooms.on('gap', ({ cause }) => seen.push(cause));
    return { rooms, seen };
  }

  const place = <T>(body: T, seq: number, prev: number): T & Positioned => ({ ...body, seq, prev });

  it('the rooms of a guild are followed with every event once, a move in its two parts', async () => {
    const requests: (number | undefined)[] = [];
    serveRooms(requests);
    const { rooms, seen } = follow(open());
    await rooms.join();
    const left = { guildId: GUILD, channelId: null, userId: ada.userId };
    latest.emit('voice_joined', place(ada, 6, 5));
    latest.emit('voice_joined', place(ada, 6, 5));
    latest.emit('voice_left', place(left, 6, 6));
    latest.emit('voice_joined', place(ada, 7, 6));
    latest.emit('room_created', place({ guildId: GUILD, channelId: ROOM, name: 'Room', userLimit: 0 }, 8, 7));
    latest.emit('room_deleted', place({ guildId: GUILD, channelId: ROOM }, 10, 8));
    await until('the last', 10_000, () => (rooms.cursor === 10 ? true : undefined));
    expect(seen).toEqual(['snapshot 5', 'joined 6', 'left 6', 'joined 7', 'created 8', 'deleted 10']);
    expect(requests).toEqual([undefined]);
  });

  it('the rooms of a guild are requested again from the cursor if the service is further ahead', async () => {
    const requests: (number | undefined)[] = [];
    serveRooms(requests);
    const { rooms, seen } = follow(open());
    await rooms.join();
    const notice: PositionNotice = { guildId: GUILD, seq: 9 };
    latest.emit('position', notice);
    await until('what was lost', 10_000, () => (rooms.cursor === 9 ? true : undefined));
    expect(requests).toEqual([undefined, 5]);
    expect(seen).toEqual(['snapshot 5', 'position', 'joined 9']);
  });
});

describe('the list of channels', () => {
  const general: WireChannel = { id: TEXT, name: 'general', type: 'text', discordType: 0, serverId: GUILD };
  const update = (name: string, seq: number, prev: number) => ({
    ...general,
    name,
    deleted: false,
    seq,
    prev,
  });

  it('the list of channels is read again if a change is missing, and not after a repeated one', async () => {
    let reads = 0;
    serve = (socket) =>
      socket.on('get_channels', (answer) => {
        reads += 1;
        socket.emit('channels_list', [general]);
        answer?.({ ok: true, channels: [general] });
      });
    const relay = open();
    const names: string[] = [];
    const lists: number[] = [];
    relay.on('channel_update', ({ name }) => names.push(name));
    relay.on('channels', (channels) => lists.push(channels.length));
    await relay.channels();
    latest.emit('channel_update', update('a', 4, 2));
    latest.emit('channel_update', update('a', 4, 2));
    latest.emit('channel_update', update('b', 5, 4));
    latest.emit('channel_update', update('d', 9, 7));
    await until('another list', 10_000, () => (lists.length === 2 ? true : undefined));
    expect(names).toEqual(['a', 'b', 'd']);
    expect(reads).toBe(2);
  });
});
