import { io, type Socket } from 'socket.io-client';
import { until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { tokenFor } from '../../testing/tokens.js';
import { VIEWER } from '../../testing/world.js';

type Refusal = Error & { data?: { code: string; message: string; retryable: boolean } };

const ORIGIN = 'https://page.example';

let gateway: TestGateway;
let client: Socket | undefined;
beforeAll(async () => {
  gateway = await startGateway({ CORS_ORIGINS: ORIGIN });
});
afterEach(() => client?.disconnect());
afterAll(() => gateway.stop());

const connect = async (options: object): Promise<Socket> => {
  const auth = { token: await tokenFor({ sub: VIEWER, role: 'viewer' }) };
  client = io(gateway.url, { auth, forceNew: true, reconnectionDelay: 50, ...options });
  return client;
};

describe('Socket.IO is served over WebSocket only', () => {
  it.each([['the default transports'], [['polling']], [['polling', 'websocket']]])(
    'a stock client with %j is refused once, with the reason and the remedy',
    async (transports) => {
      const socket = await connect(Array.isArray(transports) ? { transports } : {});
      const refusals: Refusal[] = [];
      const attempts: number[] = [];
      socket.on('connect_error', (error) => refusals.push(error));
      socket.io.on('reconnect_attempt', (attempt) => attempts.push(attempt));
      await until('a refusal', 10_000, () => refusals[0]);
      expect(refusals[0]!.message).toContain('transports: ["websocket"]');
      expect(refusals[0]!.data).toMatchObject({ code: 'SOCKET.WEBSOCKET_ONLY', retryable: false });
      expect(socket.active).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect([refusals.length, attempts]).toEqual([1, []]);
    },
  );

  it.each([[['websocket']], [['websocket', 'polling']]])('a client with %j is served', async (transports) => {
    const socket = await connect({ transports });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    expect(socket.io.engine.transport.name).toBe('websocket');
  });

  it.each([
    ['a WebSocket whose upgrade a proxy left out', 'GET', 'transport=websocket', /proxy/],
    ['a further poll', 'GET', 'transport=polling&sid=gone', /websocket/],
    ['what a polling client sends', 'POST', 'transport=polling&sid=gone', /websocket/],
    ['a client of protocol 3', 'GET', 'transport=polling', /websocket/],
  ])('%s gets 426 and the reason', async (_, method, query, reason) => {
    const protocol = query === 'transport=polling' ? 3 : 4;
    const response = await fetch(`${gateway.url}/socket.io/?EIO=${protocol}&${query}`, { method });
    expect([response.status, response.headers.get('upgrade')]).toEqual([426, 'websocket']);
    expect(await response.json()).toMatchObject({
      code: 'SOCKET.WEBSOCKET_ONLY',
      detail: expect.stringMatching(reason) as string,
    });
  });

  it('pages of other origins can read the refusal', async () => {
    const headers = { origin: ORIGIN };
    const response = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`, { headers });
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });
});
