import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@discord-relay/contracts';
import { createLogger } from '@discord-relay/platform';
import { Registry } from 'prom-client';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { TokenBucket } from '../../limits/token-bucket.js';
import { LiveMetrics } from '../../metrics/live-metrics.js';
import type { RequestHandlers } from './live-requests.js';
import type { RelayServer, RelaySocket } from './relay-socket.js';
import { RequestDispatcher } from './request-dispatcher.js';

const BURST = 20;

describe('RequestDispatcher', () => {
  let http: HttpServer;
  let server: RelayServer;
  let client: Socket;
  let received: unknown[];
  const listening: RelaySocket[] = [];

  const handlers = {
    leave_channel: async (_socket: RelaySocket, body: unknown) => {
      received.push(body);
      return { channelId: '1' };
    },
    join_channel: async () => {
      throw new AppError('CHANNEL.NOT_FOUND');
    },
    get_channels: async () => {
      throw new Error('on purpose');
    },
  } as unknown as RequestHandlers;

  beforeAll(async () => {
    const logger = createLogger('test', 'test', 'silent');
    const dispatcher = new RequestDispatcher(handlers, new LiveMetrics(new Registry()), logger);
    http = createServer();
    server = new Server(http) as RelayServer;
    server.on('connection', (socket: RelaySocket) => {
      socket.data.session = { pending: 0 } as never;
      socket.data.principal = { id: '7', role: 'viewer', expiresAtMs: Infinity };
      socket.data.requestBucket = new TokenBucket(0, BURST, performance.now());
      dispatcher.listen(socket);
      listening.push(socket);
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
  });

  beforeEach(async () => {
    received = [];
    const { port } = http.address() as AddressInfo;
    client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
    await once(client as never, 'connect');
  });

  afterEach(() => client.disconnect());

  afterAll(() => server.close());

  const request = (event: string, ...args: unknown[]): Promise<unknown> =>
    client.timeout(10_000).emitWithAck(event, ...args);

  it('RequestDispatcher passes a request to the handler of its name and acknowledges with the result', async () => {
    expect(await request('leave_channel', { n: 1 })).toEqual({ ok: true, channelId: '1' });
    expect(await request('leave_channel')).toEqual({ ok: true, channelId: '1' });
    expect(received).toEqual([{ n: 1 }, undefined]);
  });

  it('RequestDispatcher executes requests without an acknowledgement', async () => {
    client.emit('leave_channel', { n: 2 });
    client.emit('leave_channel', [3, 4]);
    client.emit('leave_channel', 5, 6);
    await request('leave_channel', 'last');
    expect(received).toEqual([{ n: 2 }, [3, 4], [5, 6], 'last']);
  });

  it.each([
    ['join_channel', 'CHANNEL.NOT_FOUND'],
    ['get_channels', 'SERVICE.INTERNAL'],
  ])(
    'RequestDispatcher answers a failure of %s with %s, also as an error, and continues',
    async (event, code) => {
      const reported = once(client as never, 'error');
      const error = expect.objectContaining({ code, event }) as object;
      expect(await request(event)).toEqual({ ok: false, error });
      expect(await reported).toEqual([error]);
      expect(await request('leave_channel')).toMatchObject({ ok: true });
    },
  );

  it.each(['unknown_event', 'constructor', '__proto__', ''])(
    'RequestDispatcher rejects the unknown request %p, in the acknowledgement and as an error that names it',
    async (event) => {
      const reported = once(client as never, 'error');
      const error = { code: 'REQUEST.INVALID', message: 'unknown request', retryable: false, event };
      expect(await request(event, { n: 1 })).toEqual({ ok: false, error });
      expect(await reported).toEqual([error]);
      expect(await request(event)).toEqual({ ok: false, error });
    },
  );

  it('RequestDispatcher refuses requests above the rate', async () => {
    const limited = once(client as never, 'rate_limited');
    for (let i = 0; i < BURST; i++) await request('leave_channel');
    expect(await request('leave_channel')).toMatchObject({
      ok: false,
      error: { code: 'REQUEST.RATE_LIMITED' },
    });
    expect(await limited).toEqual([expect.objectContaining({ event: 'leave_channel' })]);
  });

  it('RequestDispatcher uses one function for all sockets', () => {
    const functions = new Set(listening.flatMap((socket) => socket.listenersAny()));
    expect([listening.length > 1, functions.size]).toEqual([true, 1]);
  });
});
