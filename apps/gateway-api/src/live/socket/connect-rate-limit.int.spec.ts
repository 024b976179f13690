import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import { Registry } from 'prom-client';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { ConnectRateLimit } from './connect-rate-limit.js';
import { LiveMetrics } from '../../metrics/live-metrics.js';

/** At once: more than the rate of one a second and the burst of two could accept during the test. */
const MANY = 100;

describe('connections opened at once', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ CONNECTS_PER_S: '1' });
  });
  afterAll(() => gateway.stop());

  const upgrade = () =>
    new Promise<{ status: number; retryAfter?: string }>((resolve, reject) => {
      const headers = {
        ...{ connection: 'Upgrade', upgrade: 'websocket' },
        ...{ 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' },
      };
      const request = get(`${gateway.url}/socket.io/?EIO=4&transport=websocket`, { headers });
      request.on('upgrade', ({ statusCode }, socket) => {
        socket.destroy();
        resolve({ status: statusCode! });
      });
      request.on('response', ({ statusCode, headers: { 'retry-after': retryAfter } }) =>
        resolve({ status: statusCode!, ...(retryAfter !== undefined && { retryAfter }) }),
      );
      request.on('error', reject);
    });
  const poll = async () => {
    const { status, headers } = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`);
    return { status, retryAfter: headers.get('retry-after') };
  };

  it('connections opened at once are refused beyond the limit with the time to wait, over any transport', async () => {
    const upgraded = await Promise.all(Array.from({ length: MANY }, upgrade));
    expect(upgraded.map(({ status }) => status)).toContain(101);
    expect(upgraded).toContainEqual({ status: 503, retryAfter: '1' });
    const polled = await Promise.all(Array.from({ length: MANY }, poll));
    expect(polled).toContainEqual({ status: 503, retryAfter: '1' });
  });

  it('connections from one address leave half of the limit to others', async () => {
    const metrics = new LiveMetrics(new Registry());
    const rate = new ConnectRateLimit(100, ({ headers }) => headers.host!, metrics);
    const admitted = (host: string, count: number) => {
      let passed = 0;
      const response = { writeHead: () => ({ end: () => undefined }) } as unknown as ServerResponse;
      const request = { url: '/socket.io/', headers: { host } } as IncomingMessage;
      for (let n = 0; n < count; n++) rate.admit(request, response, () => (passed += 1));
      return passed;
    };
    expect(admitted('greedy', 1_000)).toBeLessThan(150);
    expect(admitted('other', 50)).toBe(50);
  });
});
