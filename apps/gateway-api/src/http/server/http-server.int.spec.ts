import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { until } from '@discord-relay/local-stack';
import { Registry } from 'prom-client';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, GUILD, VIEWER } from '../../testing/world.js';

const TIMEOUT_MS = 300;

let gateway: TestGateway;
let port: number;

beforeAll(async () => {
  gateway = await startGateway({
    LOCAL_LOGIN: 'true',
    HTTP_BODY_TIMEOUT_MS: String(TIMEOUT_MS),
    HTTP_KEEP_ALIVE_MS: '61000',
  });
  port = Number(new URL(gateway.url).port);
});
afterAll(() => gateway.stop());

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A client that can send anything, also as Host and path. */
function send(method: string, path: string, headers: Record<string, string>, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: text }),
      );
    });
    request.on('error', reject).end(body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('log-in on a local stack', () => {
  const logIn = (headers: Record<string, string>) =>
    send('POST', '/api/auth/local', { ...JSON_TYPE, ...headers }, '{}');
  const offered = async (headers: Record<string, string>) =>
    (JSON.parse((await send('GET', '/api/auth/methods', headers)).body) as { local: boolean }).local;

  it.each([{}, { host: 'localhost:3000' }, { origin: 'http://localhost:5173' }])(
    'a log-in on a local stack is allowed on this machine: %j',
    async (headers) => {
      expect(await offered(headers as Record<string, string>)).toBe(true);
      expect((await logIn(headers as Record<string, string>)).status).toBe(200);
    },
  );

  it.each([
    { host: 'rebound.example:3000' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'x-forwarded-for': '203.0.113.1' },
  ])('a log-in on a local stack is refused elsewhere: %j', async (headers) => {
    expect(await offered(headers as unknown as Record<string, string>)).toBe(false);
    const answer = await logIn(headers as unknown as Record<string, string>);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([403, { code: 'AUTH.FORBIDDEN' }]);
    expect(answer.body).not.toContain('token"');
  });
});

describe('a body', () => {
  const post = (body: string) => send('POST', '/api/auth/local', JSON_TYPE, body);

  it.each(['[', '{"a":'])('a body that is nested 3,000 deep with %s is a bad request', async (opening) => {
    const closing = opening === '[' ? ']' : '}';
    const deep = `{"a":${opening.repeat(3_000)}1${closing.repeat(3_000)}}`;
    const answer = await post(deep);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([400, { code: 'REQUEST.INVALID' }]);
  });

  it('a body that does not arrive is refused, and its connection closed', async () => {
    let received = '';
    let closed = false;
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
    socket.on('close', () => (closed = true)).on('error', () => undefined);
    socket.write(
      'POST /api/auth/local HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{',
    );
    const drip = setInterval(() => socket.writable && socket.write(' '), TIMEOUT_MS / 10);
    await until('the end', 20_000, () => closed || undefined);
    clearInterval(drip);
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(received).toContain('REQUEST.TOO_SLOW');
  });
});

describe('a client that reads a large answer slowly', () => {
  const PAGE = `/api/v1/channels/${CHANNEL}/messages?limit=30`;
  const TEXT = 'x'.repeat(300_000);
  /** More readers than there are connections to the database. */
  const READERS = 5;
  const STATUS_LINE = 'HTTP/1.1 200 OK';
  let slow: TestGateway;
  let token: string;
  const opened: Socket[] = [];

  beforeAll(async () => {
    slow = await startGateway({
      HTTP_RESPONSE_TIMEOUT_MS: '1000',
      DATABASE_POOL_SIZE: '2',
      HTTP_REQUESTS_PER_S: '1000',
    });
    token = await tokenFor({ role: 'viewer', sub: VIEWER });
    // More than the kernel buffers for a connection.
    for (let n = 0; n < 30; n++) await slow.world.write(CHANNEL, GUILD, TEXT);
  }, 60_000);
  // One that is not cut would be read from until the worker of jest is killed.
  afterEach(() => opened.splice(0).forEach((socket) => socket.destroy()));
  afterAll(() => slow.stop());

  /** Asks again if the answer is an error: on a busy machine, a request may wait for a connection for too long. */
  async function readByteByByte(): Promise<Socket> {
    const socket = connect(Number(new URL(slow.url).port), '127.0.0.1');
    opened.push(socket);
    // A 'readable' listener stops the flow: data is read only on request.
    socket.on('readable', () => undefined).on('error', () => undefined);
    socket.write(`GET ${PAGE} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await once(socket, 'readable');
    if (String(socket.read(STATUS_LINE.length)) !== STATUS_LINE) {
      socket.destroy();
      return await readByteByByte();
    }
    const reading = setInterval(() => void socket.read(1), 50);
    return socket.on('close', () => clearInterval(reading));
  }

  const closedCount = async () => {
    const metric = slow.app.get(Registry).getSingleMetric('relay_gateway_slow_responses_total')!;
    return (await metric.get()).values[0]?.value;
  };

  it('a client that reads a large answer slowly holds no connection to the database, and is cut after the time limit', async () => {
    const sockets = await Promise.all(Array.from({ length: READERS }, readByteByByte));
    const headers = { authorization: `Bearer ${token}` };
    const read = await fetch(slow.url + PAGE.replace('limit=30', 'limit=1'), { headers });
    expect(((await read.json()) as { messages: unknown[] }).messages).toHaveLength(1);
    await until('all are cut', 30_000, async () => (await closedCount())! >= READERS || undefined);
    for (const socket of sockets) {
      socket.removeAllListeners('readable').resume();
      if (!socket.closed) await once(socket, 'close');
      expect(socket.bytesRead).toBeLessThan(30 * TEXT.length);
    }
  }, 60_000);
});

describe('an idle connection', () => {
  it('an idle connection stays open longer than the idle timeout of usual proxies', async () => {
    const { headers } = await new Promise<IncomingMessage>((resolve, reject) =>
      httpRequest({ port, path: '/api/live', headers: { connection: 'keep-alive' } }, (response) => {
        resolve(response.resume());
      })
        .on('error', reject)
        .end(),
    );
    expect(headers['keep-alive']).toBe('timeout=61');
  });
});

describe('a replica that stops', () => {
  it('a replica that stops does not wait for a connection without a request in progress', async () => {
    const stopping = await startGateway({ HTTP_KEEP_ALIVE_MS: '600000' });
    const own = Number(new URL(stopping.url).port);
    const idle = ['', 'GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n'].map((text) => {
      const socket = connect(own, '127.0.0.1');
      const ended = new Promise((end) => socket.on('close', end).on('error', () => undefined));
      const answered = new Promise((answer) =>
        text ? socket.once('data', answer) : socket.once('connect', answer),
      );
      socket.write(text);
      return { ended, answered };
    });
    await Promise.all(idle.map(({ answered }) => answered));
    await stopping.stop();
    await Promise.all(idle.map(({ ended }) => ended));
  });
});

describe('the limit of an address', () => {
  it('the request limit of an address holds for every spelling of a path that the API answers', async () => {
    const limited = await startGateway({ HTTP_REQUESTS_PER_S_PER_ADDRESS: '1' });
    const { port: own } = new URL(limited.url);
    const spell = (path: string) =>
      new Promise<number>((resolve, reject) =>
        httpRequest({ port: own, path, agent: false }, (response) => {
          resolve(response.resume().statusCode!);
        })
          .on('error', reject)
          .end(),
      );
    const spellings = [
      '/api/v1/guilds',
      '/API/v1/guilds',
      '/Api/V1/Guilds',
      '/api/v1/guilds/',
      '/api/v1/guilds?x=1',
      '/api/../api/v1/guilds',
      '/%61pi/v1/guilds',
      '//api/v1/guilds',
      '/api//v1/guilds',
      '/./api/v1/guilds',
      `http://localhost:${own}/api/v1/guilds`,
      '/API/auth/methods',
      '/api/live/../v1/guilds',
    ];
    // On a slow machine a request may be allowed again meanwhile, so a spelling counts as limited once it is refused like the path.
    for (const spelling of spellings)
      await until(`${spelling} is limited`, 30_000, async () => {
        for (let status = 0; status !== 429;) status = await spell('/api/v1/guilds');
        return [404, 429].includes(await spell(spelling)) || undefined;
      });
    await limited.stop();
  });
});
