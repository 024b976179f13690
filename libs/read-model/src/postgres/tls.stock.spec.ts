import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestClient, PostgresServer } from '@discord-relay/local-stack';
import { generate } from 'selfsigned';
import { migrate } from '../migrate.js';

describe('Postgres with TLS and a private certificate authority', () => {
  let dir: string;
  let server: PostgresServer;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-postgres-tls-'));
    const tls = await generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
      ],
    });
    await writeFile(join(dir, 'ca.pem'), tls.cert);
    await writeFile(join(dir, 'key.pem'), tls.private, { mode: 0o600 });
    server = await PostgresServer.start({ dir: join(dir, 'postgres'), password: 'a', fsync: false });
    const admin = await openTestClient(server.url);
    for (const [name, value] of [
      ['ssl_cert_file', 'ca.pem'],
      ['ssl_key_file', 'key.pem'],
    ] as const)
      await admin.query(`ALTER SYSTEM SET ${name} = '${join(dir, value)}'`);
    await admin.query('ALTER SYSTEM SET ssl = on');
    await admin.end();
    await server.restart();
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('Postgres with TLS and a private certificate authority is refused without its certificate, with the remedy', async () => {
    await expect(migrate(`${server.url}?sslmode=verify-full`)).rejects.toMatchObject({
      code: 'DATABASE.UNUSABLE',
      message: expect.stringMatching(/^DATABASE_URL: .*not trusted; add sslrootcert=.*sslmode=no-verify/),
    });
  });

  it.each([['sslmode=no-verify'], ['sslmode=verify-full&sslrootcert=CA']])(
    'Postgres with TLS and a private certificate authority is used with %s',
    async (query) => {
      const url = `${server.url}?${query.replace('CA', encodeURIComponent(join(dir, 'ca.pem')))}`;
      await migrate(url);
    },
  );
});
