import { get, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReverseProxy, until } from '@discord-relay/local-stack';
import { io, type Socket as ClientSocket } from 'socket.io-client';
import { documentedProxy, hasProxy, type Proxy, UNDER_PREFIX } from '../../testing/documented-proxies.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { SseClient } from '../../testing/sse-client.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, GUILD, VIEWER } from '../../testing/world.js';

const describeBehind = (proxy: Proxy) => (hasProxy(proxy) ? describe : describe.skip);
const STREAM = `/api/stream?guild=${GUILD}&types=message.created`;
/** How long the proxies here keep an idle connection. */
const IDLE_MS = 3_000;
const HEARTBEAT_MS = 300;
const ENV = {
  TRUSTED_PROXIES: '127.0.0.1',
  STREAM_HEARTBEAT_MS: String(HEARTBEAT_MS),
  SOCKET_PING_INTERVAL_MS: '1000',
  HTTP_KEEP_ALIVE_MS: '8000',
};

let replicas: TestGateway[];
let ports: [number, number];
let token: string;
const proxies: ReverseProxy[] = [];
const closing: (() => void)[] = [];

beforeAll(async () => {
  const first = await startGateway(ENV);
  const same = { DATABASE_URL: first.databaseLine.url, NATS_URL: first.nats.url };
  replicas = [first, await startGateway({ ...ENV, ...same })];
  ports = replicas.map(({ url }) => Number(new URL(url).port)) as [number, number];
  token = await tokenFor({ sub: VIEWER, role: 'viewer' });
}, 60_000);
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  for (const each of proxies.splice(0)) await each.stop();
});
afterAll(async () => {
  for (const replica of replicas.toReversed()) await replica.stop();
});

async function startProxy(proxy: Proxy, change?: (config: string) => string): Promise<ReverseProxy> {
  const started = await documentedProxy(proxy, ports, change);
  proxies.push(started);
  return started;
}

async function openStream(url: string): Promise<SseClient> {
  const client = await SseClient.open(url + STREAM, { token });
  closing.push(() => client.close());
  await until('a cursor', 20_000, () => client.lastEventId || undefined);
  return client;
}

function connect(url: string, options: object = { transports: ['websocket'] }): Promise<ClientSocket> {
  const socket = io(url, { auth: { token }, forceNew: true, reconnection: false, ...options });
  closing.push(() => socket.disconnect());
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}

/** Expects a new message over REST, a stream and a socket. */
async function expectAllWays(url: string, path = '/socket.io'): Promise<void> {
  const stream = await openStream(url);
  const socket = await connect(new URL(url).origin, { transports: ['websocket'], path });
  const received: { id: string }[] = [];
  socket.on('message', (message: { id: string }) => received.push(message));
  expect(await socket.emitWithAck('join_channel', { channelId: CHANNEL })).toMatchObject({ ok: true });
  const { seq } = await replicas[0]!.world.say(CHANNEL, GUILD);
  await stream.reach(seq);
  expect(stream.named('message.created')).toHaveLength(1);
  await until('the message', 10_000, () => received[0]);
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v1/channels/${CHANNEL}/messages`, { headers });
  expect(response.status).toBe(200);
  expect(JSON.stringify(await response.json())).toContain(received[0]!.id);
}

/** Sends an invalid token from another address of this machine; resolves to the recorded address. */
async function recordedAddress(url: string, forwardedFor?: string): Promise<string> {
  const world = replicas[0]!.world;
  const count = async () => (await world.query('SELECT 1 FROM relay.audit')).length;
  const before = await count();
  const headers = { authorization: 'Bearer wrong', ...(forwardedFor && { 'x-forwarded-for': forwardedFor }) };
  await new Promise((resolve, reject) => {
    const options = { headers, localAddress: '127.0.0.2', agent: false };
    get(`${url}/api/v1/guilds`, options, (response) => response.resume().on('end', resolve)).on(
      'error',
      reject,
    );
  });
  await until('a record', 10_000, async () => (await count()) > before || undefined);
  const [row] = await world.query('SELECT address FROM relay.audit ORDER BY id DESC LIMIT 1');
  return String((row as { address: string }).address);
}

describe.each([['nginx'], ['haproxy']] as const)('behind %s with the documented configuration', (proxy) => {
  describeBehind(proxy)('(where it can be had)', () => {
    it('REST, streams and sockets work, and streams are not buffered', async () => {
      await expectAllWays((await startProxy(proxy)).url);
    });

    it('everything works under a path prefix', async () => {
      const { url } = await startProxy(proxy, UNDER_PREFIX[proxy]);
      await expectAllWays(`${url}/relay`, '/relay/socket.io');
    });

    it('the client’s address is the real one, whatever the client claims', async () => {
      const { url } = await startProxy(proxy);
      expect(await recordedAddress(url)).toBe('127.0.0.2');
      expect(await recordedAddress(url, '203.0.113.7')).toBe('127.0.0.2');
      expect(await recordedAddress(url, 'garbage')).toBe('127.0.0.2');
    });

    it('ten of ten stock clients that poll first learn to use WebSocket, on any replica', async () => {
      const { url } = await startProxy(proxy);
      for (let n = 0; n < 10; n++) {
        const refusal = connect(url, {});
        await expect(refusal).rejects.toMatchObject({ data: { code: 'SOCKET.WEBSOCKET_ONLY' } });
      }
    });

    it('ten of ten WebSocket clients connect', async () => {
      const { url } = await startProxy(proxy);
      await Promise.all(Array.from({ length: 10 }, () => connect(url)));
    });

    it('silent streams and sockets outlive the proxy’s idle timeout', async () => {
      const { url } = await startProxy(proxy, SHORT_IDLE[proxy]);
      const [stream, socket] = await Promise.all([openStream(url), connect(url)]);
      const heartbeats = (2 * IDLE_MS) / HEARTBEAT_MS;
      await until('heartbeats', 30_000, () => stream.comments.length >= heartbeats || undefined);
      expect([stream.ended, socket.connected]).toEqual([false, true]);
    });

    it('no request under load meets a connection that is being closed', async () => {
      const { url } = await startProxy(proxy, SHORT_KEEP_ALIVE[proxy]);
      const statuses = new Set<number>();
      const request = async () => {
        for (let n = 0; n < 6; n++) {
          // Not repeated by proxies, unlike GET.
          statuses.add((await fetch(`${url}/api/v1/tokens`, { method: 'POST' })).status);
          await sleep(500 + Math.random() * 1_500);
        }
      };
      await Promise.all(Array.from({ length: 12 }, request));
      expect([...statuses]).toEqual([401]);
    });
  });
});

const SHORT_IDLE: Record<Proxy, (config: string) => string> = {
  nginx: (config) =>
    config.replace('proxy_http_version', `proxy_read_timeout ${IDLE_MS}ms; proxy_http_version`),
  haproxy: (config) =>
    config
      .replace('option forwardfor', `option forwardfor\n  timeout client ${IDLE_MS}`)
      .replace('balance roundrobin', `balance roundrobin\n  timeout server ${IDLE_MS}`),
};

/** Far less than the gateway keeps idle connections. HAProxy closes half of its idle connections each second, not all. */
const SHORT_KEEP_ALIVE: Record<Proxy, (config: string) => string> = {
  nginx: (config) => config.replace('keepalive 32;', 'keepalive 32; keepalive_timeout 1s;'),
  haproxy: (config) =>
    config.replace(
      'balance roundrobin',
      'balance roundrobin\n  http-reuse always\n  default-server pool-purge-delay 1s',
    ),
};

describeBehind('nginx')('an nginx that keeps idle connections for less long than the gateway', () => {
  it('a proxy that keeps connections for less long than the gateway closes them itself', async () => {
    const { url } = await startProxy('nginx', SHORT_KEEP_ALIVE.nginx);
    const closed = { byProxy: 0, byGateway: 0 };
    const watch = (socket: Socket) => {
      let ended = false;
      socket.once('end', () => (ended = true));
      socket.once('close', () => (closed[ended ? 'byProxy' : 'byGateway'] += 1));
    };
    const servers = replicas.map(({ app }) => app.getHttpServer() as Server);
    for (const server of servers) server.on('connection', watch);
    await Promise.all(Array.from({ length: 8 }, () => fetch(`${url}/api/live`)));
    await until('all closed', 20_000, () => closed.byProxy + closed.byGateway >= 8 || undefined);
    for (const server of servers) server.off('connection', watch);
    expect(closed.byGateway).toBe(0);
  });
});

describeBehind('nginx')('behind an nginx that passes no upgrades on', () => {
  const openPlain = async () => {
    const http = (port: number) =>
      `server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${ports[0]}; } }`;
    const withoutUpgrades = await ReverseProxy.nginx(process.env.NGINX_PATH!, http);
    proxies.push(withoutUpgrades);
    return withoutUpgrades;
  };

  it('sockets are refused with the reason', async () => {
    const { url } = await openPlain();
    await expect(connect(url)).rejects.toMatchObject({
      description: { message: expect.stringContaining('426') as string },
    });
    const response = await fetch(`${url}/socket.io/?EIO=4&transport=websocket`);
    expect(await response.json()).toMatchObject({
      code: 'SOCKET.WEBSOCKET_ONLY',
      detail: expect.stringContaining('proxy') as string,
    });
    await expect(connect(url, {})).rejects.toMatchObject({ data: { code: 'SOCKET.WEBSOCKET_ONLY' } });
  });

  it('streams work and are not buffered', async () => {
    const stream = await openStream((await openPlain()).url);
    const { seq } = await replicas[0]!.world.say(CHANNEL, GUILD);
    await stream.reach(seq);
    expect(stream.named('message.created')).toHaveLength(1);
  });
});
