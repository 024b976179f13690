import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Snowflake } from '@discord-relay/contracts';
import {
  createTestDatabase,
  freePort,
  ServiceProcess,
  startNatsServer,
  type TestDatabase,
  type TestNats,
  until,
} from '@discord-relay/local-stack';
import { hasIpv6, Ipv6Proxy } from '../support/faults/ipv6-proxy.js';
import { SimClient } from '../support/discord/sim-client.js';
import { signToken } from '../support/stacks/temp-stack.js';
import { TestSocket } from '../support/clients/test-socket.js';

const JWT_SECRET = 'a secret of thirty-two characters';
const onIpv6 = (await hasIpv6()) ? describe : describe.skip;
if (onIpv6 === describe.skip)
  process.stderr.write('\n*** NO IPv6 ON THIS MACHINE: its tests are SKIPPED. ***\n');

onIpv6('where every address is one of IPv6', () => {
  let dir: string;
  let database: TestDatabase;
  let nats: TestNats;
  const proxies: Ipv6Proxy[] = [];
  const services = new Map<string, ServiceProcess>();
  const service = (app: string) => services.get(app)!;

  const start = async (app: string, env: Record<string, string>, readyPath?: string): Promise<void> => {
    const port = await freePort();
    const started = new ServiceProcess({ app, port, env, readyPath, logDir: join(dir, 'logs') });
    services.set(app, started);
    started.start();
    await started.ready();
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-ipv6-'));
    [database, nats] = await Promise.all([createTestDatabase(), startNatsServer()]);
    proxies.push(await Ipv6Proxy.to(nats.url), await Ipv6Proxy.to(database.url));
    const [NATS_URL, DATABASE_URL] = proxies.map(({ url }) => url) as [string, string];
    const sim = { SIM_HOST: '::1', SIM_GUILDS: '0', SIM_LOG_LEVEL: 'error' };
    await start('discord-simulator', sim, '/_sim/health');
    const discord = {
      DISCORD_TOKEN: 'local-token',
      DISCORD_API_URL: `${service('discord-simulator').url}/api`,
    };
    await Promise.all([
      start('projector', { NATS_URL, DATABASE_URL }),
      start('ingestor', { NATS_URL, ...discord }),
      start('gateway-api', { NATS_URL, DATABASE_URL, JWT_SECRET }),
    ]);
  }, 120_000);
  afterAll(async () => {
    for (const app of ['ingestor', 'projector', 'gateway-api', 'discord-simulator'])
      await services.get(app)?.stop();
    for (const proxy of proxies) proxy.close();
    await nats?.stop();
    await database?.drop();
    await rm(dir, { recursive: true, force: true });
  });

  it('a message gets all the way from Discord to a client', async () => {
    const simulator = service('discord-simulator');
    expect(simulator.url).toContain('http://[::1]:');
    const sim = new SimClient(simulator.url);
    const guild = await sim.createGuild('IPv6', [{ name: 'general' }]);
    const channelId = guild.channels[0]!.id as Snowflake;
    const url = `http://[::1]:${service('gateway-api').options.port}`;
    const client = await TestSocket.open(url, await signToken(JWT_SECRET));
    await until('the channel is projected', 20_000, async () => {
      const answer = await client.socket.timeout(2_000).emitWithAck('join_channel', { channelId });
      return answer.ok || undefined;
    });
    await sim.say(channelId, 'over IPv6');
    await client.event('message', ({ content }) => content === 'over IPv6');
    client.close();
  });

  it.each(['projector', 'ingestor', 'gateway-api'])(
    '%s listens on IPv4 as well if HOST is not set',
    async (app) => {
      const { port } = service(app).options;
      for (const host of ['[::1]', '127.0.0.1']) {
        const response = await fetch(`http://${host}:${port}/api/ready`);
        expect([host, response.status]).toEqual([host, 200]);
      }
    },
  );

  it('the local Discord listens on both when configured for every address', async () => {
    const port = await freePort();
    const env = { SIM_HOST: '::', SIM_GUILDS: '0', SIM_LOG_LEVEL: 'error' };
    const logDir = join(dir, 'logs/both');
    const both = new ServiceProcess({
      app: 'discord-simulator',
      port,
      env,
      logDir,
      readyPath: '/_sim/health',
    });
    both.start();
    try {
      await both.ready();
      for (const host of ['[::1]', '127.0.0.1'])
        expect((await fetch(`http://${host}:${port}/_sim/health`)).status).toBe(200);
    } finally {
      await both.stop();
    }
  });

  it('a HOST that is not an address of this machine ends the start with its key and the remedy', async () => {
    const env = {
      ...service('gateway-api').options.env,
      HOST: '2001:db8::1',
    };
    const logDir = join(dir, 'logs/elsewhere');
    const gateway = new ServiceProcess({ app: 'gateway-api', port: await freePort(), env, logDir });
    gateway.start();
    await until('its end', 30_000, () => !gateway.running || undefined);
    await gateway.stop();
    expect(gateway.lastMessage).toMatch(/^HOST: .*not an address of this machine.*leave it out/m);
  });
});
