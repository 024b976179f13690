import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { commandLineOf } from '../process/child.js';
import { portIsFree } from '../process/free-port.js';
import { PostgresServer } from './postgres.js';
import { asTestAdmin, copyTestDatabase, openTestClient, startNatsServer } from './testing.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = await openTestClient(url);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('nats-server', () => {
  it('nats-server keeps what JetStream acknowledged when it is killed and restarted', async () => {
    const server = await startNatsServer();
    try {
      const before = await connect({ servers: server.url, maxReconnectAttempts: 0 });
      await (await jetstreamManager(before)).streams.add({ name: 'T', subjects: ['t'] });
      await jetstream(before).publish('t', 'kept');
      await server.kill();
      await server.restart();
      const after = await connect({ servers: server.url });
      const message = await (await jetstreamManager(after)).streams.getMessage('T', { seq: 1 });
      await after.close();
      expect(message?.string()).toBe('kept');
    } finally {
      await server.stop();
    }
    expect(commandLineOf(server.pid)).toBeUndefined();
  });
});

describe('a copy of a template', () => {
  const template = `template_${process.pid}`;
  afterAll(() => asTestAdmin(`DROP DATABASE IF EXISTS ${template}`));

  it('copies have what the template has, which is prepared once, after a failure again', async () => {
    let prepared = 0;
    const fail = () => Promise.reject(new Error('cannot prepare'));
    await expect(copyTestDatabase(template, fail)).rejects.toThrow('cannot prepare');
    const prepare = async (url: string) => {
      prepared += 1;
      await query(url, 'CREATE TABLE kept AS SELECT 1 AS one');
    };
    const copies = await Promise.all([1, 2, 3].map(() => copyTestDatabase(template, prepare)));
    expect(prepared).toBe(1);
    await query(copies[0]!.url, 'UPDATE kept SET one = 2');
    const found = await Promise.all(copies.map(({ url }) => query(url, 'SELECT one FROM kept')));
    expect(found).toEqual([[{ one: 2 }], [{ one: 1 }], [{ one: 1 }]]);
    for (const copy of copies) await copy.drop();
  });
});

describe('Postgres', () => {
  const dir = mkdtempSync(join(tmpdir(), 'relay-pg-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('Postgres ends what a killed run left behind, and continues with its data on another port', async () => {
    const first = await PostgresServer.start({ dir, password: 'fake' });
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    const second = await PostgresServer.start({ dir, password: 'fake' });
    expect(spawnSync('ps', ['-p', String(first.pid)]).status).not.toBe(0);
    expect(await query(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('Postgres refuses everyone without the password', async () => {
    const server = await PostgresServer.start({ dir, password: 'fake' });
    await expect(query(server.url.replace('fake', 'wrong'), 'SELECT 1')).rejects.toThrow(/password/);
    await server.stop();
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ family }) => family === 'IPv6'),
);

describe('portIsFree', () => {
  it.each(['127.0.0.1', '0.0.0.0', ...(hasIpv6 ? ['::1', '::'] : [])])(
    'a port that is in use at %s is recognised',
    async (host) => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
      const { port } = server.address() as AddressInfo;
      expect(await portIsFree(port)).toBe(false);
      await new Promise((resolve) => server.close(resolve));
      expect(await portIsFree(port)).toBe(true);
    },
  );
});
