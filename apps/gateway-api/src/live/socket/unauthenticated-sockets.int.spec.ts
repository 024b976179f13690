import { connect, type Socket } from 'node:net';
import { until } from '@discord-relay/local-stack';
import { Registry } from 'prom-client';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { SocketClient } from '../../testing/socket-client.js';
import { tokenFor } from '../../testing/tokens.js';
import { VIEWER } from '../../testing/world.js';

const UPGRADE = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** A client that upgrades its connection and then sends nothing, not even the answer to a close frame. */
class SilentClient {
  received = '';
  closed = false;
  private readonly socket: Socket;

  constructor(port: number, address?: string) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (data: Buffer) => (this.received += data.toString('latin1')));
    this.socket.on('close', () => (this.closed = true)).on('error', () => undefined);
    const forwarded = address === undefined ? [] : [`X-Forwarded-For: ${address}`];
    this.socket.write([...UPGRADE, ...forwarded, '', ''].join('\r\n'));
  }

  status(): Promise<string> {
    return until('a status', 20_000, () => /^HTTP\/1\.1 (\d+)/.exec(this.received)?.[1]);
  }

  close(): void {
    this.socket.destroy();
  }
}

const OPEN: { close(): void }[] = [];
const GATEWAYS: TestGateway[] = [];

async function start(env: Record<string, string>): Promise<TestGateway & { port: number }> {
  const gateway = await startGateway({ TRUSTED_PROXIES: '127.0.0.1', ...env });
  GATEWAYS.push(gateway);
  return { ...gateway, port: Number(new URL(gateway.url).port) };
}

function silent(port: number, address?: string): SilentClient {
  const client = new SilentClient(port, address);
  OPEN.push(client);
  return client;
}

async function authenticated(url: string): Promise<SocketClient> {
  const client = new SocketClient(url, { token: await tokenFor({ role: 'viewer', sub: VIEWER }) });
  OPEN.push(client);
  await client.connected();
  return client;
}

async function metric({ app }: TestGateway, name: string): Promise<number> {
  const { values } = await app.get(Registry).getSingleMetric(`relay_gateway_${name}`)!.get();
  return values[0]!.value;
}

const countOf = (gateway: TestGateway) => metric(gateway, 'unauthenticated_sockets');

describe('sockets that never authenticate', () => {
  afterEach(async () => {
    for (const client of OPEN.splice(0)) client.close();
    for (const gateway of GATEWAYS.splice(0)) await gateway.stop();
  });

  it('sockets that never authenticate are counted until they authenticate or close', async () => {
    const gateway = await start({});
    const clients = [silent(gateway.port), silent(gateway.port)];
    await until('both are counted', 20_000, async () => (await countOf(gateway)) === 2 || undefined);
    await authenticated(gateway.url);
    expect(await countOf(gateway)).toBe(2);
    clients[0]!.close();
    await until('one is left', 20_000, async () => (await countOf(gateway)) === 1 || undefined);
  });

  it('unauthenticated sockets are limited per address', async () => {
    const gateway = await start({ MAX_UNAUTHENTICATED_SOCKETS_PER_ADDRESS: '2' });
    const [first, second] = ['203.0.113.1', '203.0.113.2'];
    const statuses = [];
    for (const address of [first, first, first, second])
      statuses.push(await silent(gateway.port, address).status());
    expect(statuses).toEqual(['101', '101', '503', '101']);
  });

  it('sockets that never authenticate are limited in total, and do not count once they have authenticated', async () => {
    const gateway = await start({ MAX_UNAUTHENTICATED_SOCKETS: '2' });
    for (let n = 0; n < 3; n++) await authenticated(gateway.url);
    const clients = ['203.0.113.1', '203.0.113.2', '203.0.113.3'].map((address) =>
      silent(gateway.port, address),
    );
    const statuses = await Promise.all(clients.map((client) => client.status()));
    expect(statuses.sort()).toEqual(['101', '101', '503']);
    const refused = clients.find(({ received }) => received.includes(' 503 '))!;
    expect(refused.received).toMatch(/retry-after: \d+/);
    await until('the refused one is closed', 20_000, () => refused.closed || undefined);
  });

  it('sockets that never authenticate are closed after the time limit, whether or not they answer a close frame', async () => {
    const gateway = await start({ SOCKET_AUTH_TIMEOUT_MS: '200' });
    const kept = await authenticated(gateway.url);
    const client = silent(gateway.port);
    await until('it is closed', 20_000, () => client.closed || undefined);
    expect(client.received).toMatch(/^HTTP\/1\.1 101 /);
    expect(await metric(gateway, 'unauthenticated_closed_total')).toBe(1);
    expect(await countOf(gateway)).toBe(0);
    expect(kept.socket.connected).toBe(true);
  });

  it('sockets that never authenticate are closed after a token that is refused', async () => {
    const gateway = await start({ SOCKET_AUTH_TIMEOUT_MS: '200' });
    const client = new SocketClient(gateway.url, { token: 'wrong' });
    OPEN.push(client);
    await expect(client.connected()).rejects.toMatchObject({ data: { code: 'AUTH.TOKEN_INVALID' } });
    await until('it is not counted', 20_000, async () => (await countOf(gateway)) === 0 || undefined);
  });
});
