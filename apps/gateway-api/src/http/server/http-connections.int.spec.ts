import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../../testing/gateway.js';

/** Longer than a pause of a busy machine, because a request that arrives later is not answered. */
const TIMEOUT_MS = 2_000;
const REQUEST = 'GET /api/live HTTP/1.1\r\nHost: localhost\r\n';

interface Connection {
  socket: Socket;
  received: string;
  closed: boolean;
}

function open({ url }: TestGateway, text: string): Connection {
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => text && socket.write(text));
  const connection: Connection = { socket, received: '', closed: false };
  socket.setEncoding('utf8').on('data', (part: string) => (connection.received += part));
  socket.on('close', () => (connection.closed = true)).on('error', () => undefined);
  return connection;
}

describe('a connection that sends no request', () => {
  let gateway: TestGateway | undefined;
  const start = async (env: Record<string, string>) => (gateway = await startGateway(env));
  afterEach(() => gateway?.stop());

  it('a connection that never completes a request is closed soon; one that sends a request stays open', async () => {
    const server = await start({ HTTP_FIRST_REQUEST_TIMEOUT_MS: String(TIMEOUT_MS) });
    const used = open(server, `${REQUEST}\r\n`);
    await until('the answer', 30_000, () => used.received.startsWith('HTTP/1.1 200 ') || undefined);
    const silent = Array.from({ length: 20 }, () => open(server, ''));
    const slow = open(server, `${REQUEST}X-Slow: `);
    const drip = setInterval(() => slow.socket.writable && slow.socket.write('a'), TIMEOUT_MS / 10);
    await until('all are closed', 30_000, () =>
      [...silent, slow].every(({ closed }) => closed) ? true : undefined,
    );
    clearInterval(drip);
    expect(silent.map(({ received }) => received).join('')).toBe('');
    expect(slow.received).toMatch(/^HTTP\/1\.1 408 /);
    expect(used.closed).toBe(false);
    used.socket.destroy();
  }, 60_000);

  it('a connection without a request stays open if a trusted proxy opened it in advance', async () => {
    const server = await start({ HTTP_FIRST_REQUEST_TIMEOUT_MS: '100', TRUSTED_PROXIES: '127.0.0.0/8' });
    const early = open(server, '');
    // Long enough that the connection of any other client would be closed.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    early.socket.write(`${REQUEST}\r\n`);
    await until('the answer', 30_000, () => early.received.startsWith('HTTP/1.1 200 ') || undefined);
    early.socket.destroy();
  });

  it('the time limit for headers is longer than that for idle connections, so that a proxy closes first', async () => {
    const { app } = await start({ HTTP_KEEP_ALIVE_MS: '61000' });
    const { keepAliveTimeout, headersTimeout } = app.getHttpServer() as Server;
    expect(keepAliveTimeout).toBe(61_000);
    expect(headersTimeout).toBeGreaterThan(keepAliveTimeout);
  });
});
