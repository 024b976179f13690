import { join } from 'node:path';
import type { RestExport } from '@discord-relay/contracts';
import { freePort, SERVICE_NODE_FLAGS, ServiceProcess, until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../../apps/gateway-api/src/testing/gateway.js';
import { SECRET, tokenFor } from '../../apps/gateway-api/src/testing/tokens.js';
import { GUILD } from '../../apps/gateway-api/src/testing/world.js';
import { relayInProcess } from '../support/clients/relay-in-process.js';
import { digestsIn, tempFolder, writeHistory } from '../support/stacks/export-world.js';

const MESSAGES = 6_000;
const ROWS_PER_FILE = 10;
const WAIT_MS = 120_000;

describe('exports over HTTP while gateways are killed', () => {
  /** Has the servers; it keeps no exports itself. */
  let gateway: TestGateway;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  const started: ServiceProcess[] = [];

  beforeAll(async () => {
    folder = await tempFolder();
    gateway = await startGateway();
    await writeHistory(gateway.world, MESSAGES);
  }, 240_000);

  afterAll(async () => {
    for (const replica of started) await replica.stop();
    await gateway.stop();
    await folder.remove();
  }, 120_000);

  async function start(name: string): Promise<ServiceProcess> {
    const replica = new ServiceProcess({
      app: 'gateway-api',
      port: await freePort(),
      env: {
        ...{ LOG_LEVEL: 'warn', HOST: '127.0.0.1', NATS_URL: gateway.nats.url, JWT_SECRET: SECRET },
        ...{ DATABASE_URL: gateway.databaseLine.url, INSTANCE_ID: name, HTTP_REQUESTS_PER_S: '1000' },
        EXPORTS_DIR: join(folder.path, 'stored'),
      },
      nodeFlags: SERVICE_NODE_FLAGS,
      logDir: folder.path,
    });
    started.push(replica);
    replica.start();
    await replica.ready();
    return replica;
  }

  it('an export whose replica is killed is continued by another one, with the bytes of `relay export`', async () => {
    const token = await tokenFor({ role: 'analyst', sub: 'analyst' });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const first = await start('first');
    const created = await fetch(`${first.url}/api/v1/exports`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ guildId: GUILD, rowsPerFile: ROWS_PER_FILE }),
    });
    const { id } = (await created.json()) as RestExport;
    const show = async (from: ServiceProcess): Promise<RestExport> =>
      (await (await fetch(`${from.url}/api/v1/exports/${id}`, { headers })).json()) as RestExport;
    await until(
      'two files are complete',
      WAIT_MS,
      async () => (await show(first)).files.length >= 2 || undefined,
    );
    await first.kill();
    const second = await start('second');
    const env = { RELAY_URL: second.url, RELAY_TOKEN: token };
    const [stored, written] = [join(folder.path, 'http'), join(folder.path, 'cli')];
    expect(await relayInProcess(env, ['exports', 'download', id, '--out', stored])).toMatchObject({
      code: 0,
    });
    const epochs = await gateway.world.query('SELECT DISTINCT epoch FROM relay.export_files');
    expect(epochs).toHaveLength(2);
    const args = ['export', '--guild', GUILD, '--rows-per-file', String(ROWS_PER_FILE), '--out', written];
    expect(await relayInProcess(env, args)).toMatchObject({ code: 0 });
    expect(await digestsIn(stored)).toEqual(await digestsIn(written));
  }, 240_000);
});
