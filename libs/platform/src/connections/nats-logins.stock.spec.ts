import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, connect as dial, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startNatsServer, type TestNats, until } from '@discord-relay/local-stack';
import { createUser } from '@nats-io/nkeys';
import { pino } from 'pino';
import { generate } from 'selfsigned';
import { HealthRegistry } from '../health/health.js';
import { type NatsConfig, NatsLink } from './nats-link.js';

const PASSWORD = 'p@ss/w#rd?1%';

/** Every way to log in that a stock server has, configured by the keys. */
describe('a NATS server', () => {
  let dir: string;
  const file = (name: string) => join(dir, name);
  const ends: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-nats-logins-'));
    const tls = await generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
      ],
    });
    await writeFile(file('cert.pem'), tls.cert);
    await writeFile(file('key.pem'), tls.private);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  async function serve(...config: string[]): Promise<TestNats> {
    const server = await startNatsServer({ config: config.join('\n') });
    ends.push(() => server.stop());
    return server;
  }

  function open(config: NatsConfig) {
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(line) });
    const health = new HealthRegistry('example', 'example-1', '1.0.0');
    const link = new NatsLink(config, 'example', health, logger);
    ends.push(() => link.drain());
    return { link, lines, detail: () => health.report().checks.nats?.detail };
  }

  const urlWith = (server: TestNats, login: string, scheme = 'nats') =>
    `${scheme}://${login}127.0.0.1:${server.port}`;
  const tlsBlock = (more = '') =>
    `tls { cert_file: "${file('cert.pem')}", key_file: "${file('key.pem')}" ${more} }`;

  it.each([
    ['as it is', PASSWORD],
    ['percent-encoded', encodeURIComponent(PASSWORD)],
  ])('a NATS server accepts a user with a password in the URL, %s', async (_, password) => {
    const server = await serve(`authorization { user: relay, password: "${PASSWORD}" }`);
    const { link } = open({ NATS_URL: urlWith(server, `relay:${password}@`) });
    await link.connection;
  });

  it('a NATS server accepts a token in the URL of one of several servers', async () => {
    const server = await serve('authorization { token: "t0ken-of-nats" }');
    const { link } = open({ NATS_URL: `nats://t0ken-of-nats@127.0.0.1:1,nats://127.0.0.1:${server.port}` });
    await link.connection;
  });

  it('a NATS server accepts an NKey', async () => {
    const user = createUser();
    await writeFile(file('user.nk'), `${new TextDecoder().decode(user.getSeed())}\n`);
    const server = await serve(`authorization { users = [ { nkey: ${user.getPublicKey()} } ] }`);
    const { link } = open({ NATS_URL: server.url, NATS_NKEY_SEED_FILE: file('user.nk') });
    await link.connection;
  });

  it('a server that requires client certificates accepts a client that has one; otherwise the error names the missing one', async () => {
    const server = await serve(tlsBlock(`, ca_file: "${file('cert.pem')}", verify: true`));
    const url = { NATS_URL: urlWith(server, '', 'tls'), NATS_TLS_CA_FILE: file('cert.pem') };
    const own = { NATS_TLS_CERT_FILE: file('cert.pem'), NATS_TLS_KEY_FILE: file('key.pem') };
    await open({ ...url, ...own }).link.connection;
    const stranger = open(url);
    await until('a refusal', 10_000, () => stranger.lines[0]);
    expect(stranger.detail()).toMatch(/^NATS_URL: .*NATS_TLS_CERT_FILE/);
  });

  it('the client starts with TLS if that is configured, as a server with handshake_first requires', async () => {
    const server = await serve(tlsBlock(', handshake_first: auto'));
    const url = { NATS_URL: urlWith(server, '', 'tls'), NATS_TLS_CA_FILE: file('cert.pem') };
    await open({ ...url, NATS_TLS_FIRST: true }).link.connection;
  });

  it('a server without TLS receives nothing of a tls:// URL, least of all the password', async () => {
    const received: string[] = [];
    const plain: Server = createServer((socket) => {
      socket.on('error', () => undefined).on('data', (data) => received.push(data.toString('utf8')));
      socket.write('INFO {"server_id":"x","version":"2.15.0","proto":1,"max_payload":1048576}\r\n');
    });
    const port = await freePort();
    await new Promise<void>((resolve) => plain.listen(port, '127.0.0.1', resolve));
    ends.push(() => new Promise((resolve) => plain.close(resolve)));
    const { lines, detail } = open({ NATS_URL: `tls://relay:secret-1@127.0.0.1:${port}` });
    await until('a refusal', 10_000, () => lines[0]);
    expect(detail()).toMatch(/^NATS_URL: the server and the URL disagree on TLS/);
    expect(received.join()).not.toMatch(/CONNECT|secret-1/);
  });

  it.each([
    ['a wrong password', 'relay:wrong-password@', /rejects this log-in; put user:password@/],
    ['no password', '', /rejects this log-in; put user:password@/],
  ])(
    'a refused NATS connection reports %s within seconds, with the remedy and without the password',
    async (_, login, remedy) => {
      const server = await serve(`authorization { user: relay, password: "${PASSWORD}" }`);
      const { lines, detail } = open({ NATS_URL: urlWith(server, login) });
      await until('a refusal', 10_000, () => lines[0]);
      expect(detail()).toMatch(remedy);
      expect(lines.join()).not.toContain('wrong-password');
    },
  );

  it('a NATS server is reachable over IPv6 only', async () => {
    const server = await serve();
    const port = await freePort();
    const front = createServer((socket) => {
      const behind = dial(server.port, '127.0.0.1');
      for (const each of [socket, behind]) each.on('error', () => undefined);
      socket.pipe(behind).pipe(socket);
    });
    await new Promise<void>((resolve) => front.listen({ port, host: '::1', ipv6Only: true }, resolve));
    ends.push(() => new Promise((resolve) => front.close(resolve)));
    await open({ NATS_URL: `nats://[::1]:${port}` }).link.connection;
  });
});
