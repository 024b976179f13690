import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookEndpoint, WebhookSecret } from '@discord-relay/contracts';
import { freePort, openTestClient, ServiceProcess, until } from '@discord-relay/local-stack';
import type { StatusReport } from '@discord-relay/platform';
import { Webhook } from 'standardwebhooks';
import { cliSchema } from '../../apps/cli/src/config.js';
import { buildProgram } from '../../apps/cli/src/program.js';
import { Receiver } from '../../apps/gateway-api/src/testing/receiver.js';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';

const WEBHOOK_ENV = {
  WEBHOOK_KEY: randomBytes(32).toString('base64'),
  WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
  WEBHOOK_RETRY_FIRST_MS: '100',
};
/** Interval between messages while gateways are killed. */
const SAY_EVERY_MS = 50;
const KILLS = 3;

describe('webhooks of the whole system', () => {
  let temp: TempStack & { close(): Promise<void> };
  let receiver: Receiver;
  let second: ServiceProcess;
  let guildId: string;
  let channelId: string;

  beforeAll(async () => {
    receiver = await Receiver.start();
    temp = await openTempStack({ progress: () => undefined, envOf: { 'gateway-api': WEBHOOK_ENV } });
    const first = temp.stack.service('gateway-api');
    const env = { ...first.options.env, INSTANCE_ID: 'second' };
    second = new ServiceProcess({ ...first.options, port: await freePort(), env });
    second.start();
    await second.ready();
    const guild = await temp.sim.createGuild('Hooks', [{ name: 'general' }]);
    guildId = guild.id;
    channelId = guild.channels[0]!.id;
    await until('the server is projected', 20_000, async () => {
      const headers = { authorization: `Bearer ${temp.token}` };
      const response = await fetch(`${temp.url}/api/v1/guilds`, { headers });
      return ((await response.json()) as { id: string }[]).some(({ id }) => id === guildId) || undefined;
    });
  }, 120_000);

  afterAll(async () => {
    await second?.stop();
    await temp?.close();
    await receiver?.stop();
  });

  /** Runs the CLI as an operator does. */
  async function relay(...args: string[]): Promise<string> {
    const lines: string[] = [];
    const config = cliSchema.parse({ JWT_SECRET: temp.stack.jwtSecret, RELAY_URL: temp.url });
    const program = buildProgram(() => config, { out: (line) => lines.push(line), fail: () => undefined });
    await program.parseAsync(['webhooks', ...args], { from: 'user' });
    return lines.join('\n');
  }

  async function create(...more: string[]): Promise<Pick<WebhookEndpoint & WebhookSecret, 'id' | 'secret'>> {
    const printed = await relay('create', '--guild', guildId, '--url', receiver.url(), ...more);
    const [id = '', secret = ''] = printed.split('\n');
    return { id, secret };
  }

  async function ownerOf(id: string): Promise<string> {
    const client = await openTestClient(temp.stack.databaseUrl);
    const text = 'SELECT owner FROM relay.webhook_endpoints WHERE id = $1';
    const { rows } = await client.query<{ owner: string }>(text, [id]);
    await client.end();
    return rows[0]!.owner;
  }

  it('webhooks are registered, tested and listed by the command line', async () => {
    const { id } = await create('--type', 'channel.updated', '--description', 'first');
    expect(await relay('test', id)).toMatch(/ was accepted: HTTP 204$/);
    const made = await temp.sim.createChannel(guildId, 'made');
    const delivery = await until('the channel', 20_000, () =>
      receiver.posted.find(({ body }) => body.type === 'channel.updated' && body.data.id === made.id),
    );
    expect(
      await until('on record', 10_000, async () => {
        const listed = await relay('deliveries', id);
        return listed.includes(delivery.id) ? listed : undefined;
      }),
    ).toContain('delivered');
    expect(await relay('list')).toContain('channel.updated');
    expect(await relay('redeliver', delivery.id)).toBe(`${delivery.id} was accepted: HTTP 204`);
    expect(await relay('rotate', id)).toMatch(/^whsec_/);
    expect(await relay('remove', id)).toBe(`${id} is removed`);
  });

  it('webhooks are posted by one of two gateways with the same name, and the other one reports why it is not ready', async () => {
    const { id } = await create('--channel', channelId);
    await until('owned', 20_000, async () => (await ownerOf(id)) || undefined);
    const duplicate = new ServiceProcess({ ...second.options, port: await freePort() });
    duplicate.start();
    try {
      const instance = await until('refused', 30_000, async () => {
        const response = await fetch(`${duplicate.url}/api/ready`);
        const { checks } = (await response.json()) as StatusReport;
        return checks.instance?.ok === false ? checks.instance : undefined;
      });
      expect(instance.detail).toMatch(/another process is named second: .*INSTANCE_ID/);
      const metrics = await (await fetch(`${duplicate.url}/metrics`)).text();
      expect(metrics).toMatch(/^relay_gateway_webhook_endpoints\S* 0$/m);
    } finally {
      await duplicate.stop();
    }
    expect(await relay('remove', id)).toBe(`${id} is removed`);
  }, 90_000);

  it('webhooks deliver everything in order, whichever gateway is killed and whenever', async () => {
    const { id, secret } = await create('--channel', channelId);
    const gateways = new Map([
      ['local-gateway-api', temp.stack.service('gateway-api')],
      ['second', second],
    ]);
    const said: string[] = [];
    let done = false;
    const saying = (async () => {
      while (!done) {
        said.push((await temp.sim.say(channelId, `message ${said.length}`)).id);
        await sleep(SAY_EVERY_MS);
      }
    })();
    const untilNextDelivery = async () => {
      const before = receiver.posted.length;
      await until('a further delivery', 60_000, () => receiver.posted.length > before || undefined);
    };
    for (let n = 0; n < KILLS; n++) {
      await untilNextDelivery();
      const gateway = gateways.get(await ownerOf(id))!;
      await gateway.kill();
      // Sometimes it stays down until the other one has taken over.
      if (n % 2 === 1) await untilNextDelivery();
      gateway.start();
      await gateway.ready();
    }
    done = true;
    await saying;
    const mine = () => receiver.posted.filter((each) => each.id.startsWith(id));
    await until(
      'everything is posted',
      60_000,
      () => new Set(mine().map((each) => each.id)).size >= said.length || undefined,
    );
    const first = [...new Map(mine().map((each) => [each.id, each])).values()];
    expect(first.map(({ body }) => body.type)).toEqual(said.map(() => 'message.created'));
    expect(first.map(({ body }) => body.data.id)).toEqual(said);
    for (const { text, headers } of mine()) new Webhook(secret).verify(text, headers);
  }, 180_000);
});
