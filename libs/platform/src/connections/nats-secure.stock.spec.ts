import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer, type TestNats, until } from '@discord-relay/local-stack';
import { encodeAccount, encodeOperator, encodeUser, fmtCreds } from '@nats-io/jwt';
import { createAccount, createOperator, createUser } from '@nats-io/nkeys';
import { pino } from 'pino';
import { generate } from 'selfsigned';
import { HealthRegistry } from '../health/health.js';
import { NatsLink } from './nats-link.js';

const UNLIMITED = { conn: -1, subs: -1, data: -1, payload: -1 };

type LinkConfig = ConstructorParameters<typeof NatsLink>[0];

/** A server that accepts only its operator's users, over TLS only. */
describe('a NATS server with credentials and TLS', () => {
  let server: TestNats;
  let dir: string;
  const file = (name: string) => join(dir, name);
  const links: NatsLink[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-nats-secure-'));
    const operator = createOperator();
    const [system, account, stranger, user] = [
      createAccount(),
      createAccount(),
      createAccount(),
      createUser(),
    ];
    const credentials = async (name: string, issuer: typeof account) =>
      writeFile(file(name), fmtCreds(await encodeUser('relay', user, issuer), user));
    await credentials('relay.creds', account);
    await credentials('stranger.creds', stranger);
    const accountJwt = (name: string, key: typeof account) =>
      encodeAccount(name, key, { limits: UNLIMITED }, { signer: operator });
    const tls = await generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
      ],
    });
    await writeFile(file('cert.pem'), tls.cert);
    await writeFile(file('key.pem'), tls.private);
    server = await startNatsServer({
      config: [
        `tls { cert_file: "${file('cert.pem')}", key_file: "${file('key.pem')}" }`,
        `operator: "${await encodeOperator('example', operator)}"`,
        `system_account: ${system.getPublicKey()}`,
        'resolver: MEMORY',
        'resolver_preload {',
        `  ${system.getPublicKey()}: "${await accountJwt('SYS', system)}"`,
        `  ${account.getPublicKey()}: "${await accountJwt('RELAY', account)}"`,
        '}',
        '',
      ].join('\n'),
    });
  }, 60_000);

  afterAll(async () => {
    for (const link of links) await link.drain();
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  function open(config: Partial<LinkConfig>) {
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(line) });
    const health = new HealthRegistry('example', 'example-1', '1.0.0');
    const link = new NatsLink({ NATS_URL: server.url, ...config }, 'example', health, logger);
    links.push(link);
    return { link, lines };
  }

  it('a NATS server with credentials and TLS accepts a service that has both, and carries its messages', async () => {
    const { link } = open({
      NATS_CREDENTIALS_FILE: file('relay.creds'),
      NATS_TLS_CA_FILE: file('cert.pem'),
    });
    const connection = await link.connection;
    expect(connection.info?.tls_required).toBe(true);
    const received = new Promise<string>((resolve) =>
      connection.subscribe('example', { callback: (_, message) => resolve(message.string()) }),
    );
    connection.publish('example', 'hello');
    expect(await received).toBe('hello');
  });

  it.each([
    ['no credentials', () => ({ NATS_TLS_CA_FILE: file('cert.pem') })],
    [
      'credentials of somebody else',
      () => ({ NATS_CREDENTIALS_FILE: file('stranger.creds'), NATS_TLS_CA_FILE: file('cert.pem') }),
    ],
    ['no trust in its certificate', () => ({ NATS_CREDENTIALS_FILE: file('relay.creds') })],
  ])(
    'a NATS server with credentials and TLS is not reached with %s, and the log says so',
    async (_, config) => {
      const { link, lines } = open(config());
      await until('a line in the log', 10_000, () => lines.length > 0 || undefined);
      expect(link.connected).toBe(false);
      expect(lines[0]).toMatch(/cannot connect to NATS/);
    },
  );
});
