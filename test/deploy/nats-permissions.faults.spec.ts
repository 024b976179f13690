import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  LOG_STREAM,
  MEDIA_LINKS_SUBJECT,
  type RestMessagePage,
  SERVICES,
  statusSubject,
} from '@discord-relay/contracts';
import {
  repositoryRoot,
  SERVICE_APPS,
  startNatsServer,
  type TestNats,
  until,
} from '@discord-relay/local-stack';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';
import { createUser } from '@nats-io/nkeys';
import { Backlog } from '../../apps/projector/src/log/backlog.js';
import { relayWith } from '../support/clients/relay-cli.js';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';

const WAIT_MS = 30_000;
const ACCOUNTS = readFileSync(join(repositoryRoot, 'nats/accounts.conf'), 'utf8');
const USERS = [...SERVICE_APPS, 'cli', 'import'] as const;
type User = (typeof USERS)[number];

const keyName = (user: User) => `RELAY_${user.toUpperCase().replaceAll('-', '_')}_NKEY`;

/** One command for each kind of request to the services. */
const COMMANDS = [
  ['status'],
  ['pause'],
  ['resume'],
  ['shards', 'list'],
  ['parked', 'list'],
  ['projections', 'doctor'],
  ['projections', 'rebuild', '--wait'],
  ['projections', 'compare'],
  ['projections', 'switch'],
];

/** Services and CLI on a nats-server that has exactly the users of nats/accounts.conf. */
describe('the users of nats/accounts.conf', () => {
  let dir: string;
  let nats: TestNats;
  let temp: TempStack & { close(): Promise<void> };
  let channelId: string;
  let guildId: string;
  const seeds = Object.fromEntries(USERS.map((user) => [user, createUser()]));

  const envOf = (user: User) => ({
    NATS_NKEY_SEED_FILE: join(dir, `${user}.seed`),
    NATS_INBOX_PREFIX: `_INBOX_${user}`,
  });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-nats-users-'));
    for (const user of USERS) await writeFile(join(dir, `${user}.seed`), seeds[user]!.getSeed());
    const keys = USERS.map((user) => `${keyName(user)}: "${seeds[user]!.getPublicKey()}"`);
    nats = await startNatsServer({ config: [...keys, ACCOUNTS].join('\n') });
    temp = await openTempStack({
      progress: () => undefined,
      nats: { url: nats.url, env: envOf('cli') },
      envOf: Object.fromEntries(SERVICE_APPS.map((app) => [app, envOf(app)])),
    });
    const guild = await temp.sim.createGuild('With least rights', [{ name: 'general' }]);
    ({ id: guildId } = guild);
    channelId = guild.channels[0]!.id;
  }, 120_000);
  afterAll(async () => {
    await temp?.close();
    await nats?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const logIn = (user: User): Promise<NatsConnection> =>
    connect({
      servers: nats.url,
      authenticator: nkeyAuthenticator(seeds[user]!.getSeed()),
      inboxPrefix: `_INBOX_${user}`,
    });

  const relay = (...args: string[]) => relayAs('cli', ...args);

  const relayAs = async (user: User, ...args: string[]) => {
    const { code, stdout, stderr } = await relayWith(
      { RELAY_URL: temp.url, RELAY_TOKEN: temp.token, NATS_URL: nats.url, ...envOf(user) },
      args,
    );
    return { code, text: stdout + stderr };
  };

  const violations = async (): Promise<string[]> =>
    (await readFile(join(nats.dir, 'nats-server.log'), 'utf8'))
      .split('\n')
      .filter((line) => /violation/i.test(line));

  async function seen(text: string): Promise<void> {
    const url = `${temp.url}/api/v1/channels/${channelId}/messages`;
    await until(`"${text}" is seen`, WAIT_MS, async () => {
      const response = await fetch(url, { headers: { authorization: `Bearer ${temp.token}` } });
      if (!response.ok) return undefined;
      const { messages } = (await response.json()) as RestMessagePage;
      return messages.some(({ content }) => content === text) || undefined;
    });
  }

  it('the users of nats/accounts.conf let the services and the CLI do all that they do', async () => {
    await temp.sim.say(channelId, 'with permissions');
    await seen('with permissions');
    for (const command of COMMANDS)
      expect({ command, ...(await relay(...command)) }).toMatchObject({ code: 0 });
    for (const app of SERVICE_APPS) {
      await temp.stack.service(app).kill();
      temp.stack.service(app).start();
    }
    await Promise.all(SERVICE_APPS.map((app) => temp.stack.service(app).ready()));
    await temp.sim.say(channelId, 'after a restart');
    await seen('after a restart');
    expect(await violations()).toEqual([]);
  }, 180_000);

  /** Whether the server refuses the action: it then reports a violation on the connection. */
  async function isRefused(user: User, act: (connection: NatsConnection) => unknown): Promise<boolean> {
    const connection = await logIn(user);
    const refused = new Promise<boolean>((resolve) => {
      void (async () => {
        for await (const status of connection.status())
          if (status.type === 'error' && /permission/i.test(String(status.error))) return resolve(true);
        resolve(false);
      })();
    });
    const subscription = act(connection) as { closed?: Promise<unknown> } | undefined;
    // A refused subscription ends with the error.
    subscription?.closed?.then(undefined, () => undefined);
    await connection.flush();
    const outcome = await Promise.race([refused, connection.flush().then(() => false)]);
    await connection.close();
    return outcome || (await refused);
  }

  it('the users of nats/accounts.conf let a projector measure a partition without a reader', async () => {
    const connection = await logIn('projector');
    try {
      const manager = await jetstreamManager(connection, { checkAPI: false });
      await expect(new Backlog(manager, 0).measure(0)).resolves.toMatchObject({ events: expect.any(Number) });
    } finally {
      await connection.close();
    }
  });

  const publishing = (subject: string) => (connection: NatsConnection) => connection.publish(subject, '{}');

  it('the users of nats/accounts.conf let gateway-api request the status of every service', async () => {
    for (const service of SERVICES)
      expect(await isRefused('gateway-api', publishing(statusSubject(service)))).toBe(false);
  });

  it('the users of nats/accounts.conf let gateway-api read the log for the event stream', async () => {
    const headers = { authorization: `Bearer ${temp.token}` };
    const response = await fetch(`${temp.url}/api/v1/events?channel=${channelId}`, { headers });
    expect(response.status).toBe(200);
    const types = (await response.text())
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types.at(-1)).toBe('relay.end');
    expect(types).toContain('message.created');
  });

  it('the users of nats/accounts.conf let relay import write an export into the log', async () => {
    const path = join(dir, 'export.json');
    const guild = { id: guildId, name: 'With least rights' };
    const channel = { id: channelId, type: 'GuildTextChat', name: 'general' };
    const author = { id: '900000000000000010', name: 'ada' };
    const message = {
      id: '1191166243635200000',
      timestamp: '2024-01-01T00:00:00Z',
      content: 'imported',
      author,
    };
    await writeFile(path, JSON.stringify({ guild, channel, messages: [message], messageCount: 1 }));
    const args = ['import', path, '--state', join(dir, 'state.json')];
    expect(await relayAs('import', ...args)).toMatchObject({
      code: 0,
      text: expect.stringContaining('1 of 1'),
    });
    await seen('imported');
    expect(await relayAs('import', ...args)).toMatchObject({
      text: expect.stringContaining('already imported'),
    });
    expect(await relayAs('cli', ...args)).toMatchObject({ code: 1 });
  });

  const subscribing = (subject: string) => (connection: NatsConnection) =>
    connection.subscribe(subject, { callback: () => undefined });

  it.each<[User, string, (connection: NatsConnection) => unknown]>([
    ['ingestor', 'delete the log', publishing(`$JS.API.STREAM.DELETE.${LOG_STREAM}`)],
    ['ingestor', 'purge the log', publishing(`$JS.API.STREAM.PURGE.${LOG_STREAM}`)],
    ['ingestor', 'announce changes', publishing('changes.1.2')],
    ['ingestor', 'command a projector', publishing('relay.control.projector.do.drop')],
    ['ingestor', 'read the answers to others', subscribing('_INBOX_projector.>')],
    ['projector', 'write events', publishing('discord.0.1.2.message.created')],
    ['projector', 'write leases of shards', publishing('$KV.relay-leases.shard.1.0')],
    ['projector', 'create a stream', publishing('$JS.API.STREAM.CREATE.OTHER')],
    ['projector', 'answer for an ingestor', subscribing(MEDIA_LINKS_SUBJECT)],
    ['gateway-api', 'write events', publishing('discord.0.1.2.message.created')],
    ['gateway-api', 'announce changes', publishing('changes.1.2')],
    ['gateway-api', 'delete the log', publishing(`$JS.API.STREAM.DELETE.${LOG_STREAM}`)],
    ['gateway-api', 'delete an event', publishing(`$JS.API.STREAM.MSG.DELETE.${LOG_STREAM}`)],
    ['gateway-api', 'read another stream', publishing('$JS.API.CONSUMER.CREATE.KV_relay-sessions.x')],
    ['gateway-api', 'command a projector', publishing('relay.control.projector.do.drop')],
    ['cli', 'read the log', publishing(`$JS.API.CONSUMER.CREATE.${LOG_STREAM}.x`)],
    ['cli', 'write events', publishing('discord.0.1.2.message.created')],
    ['cli', 'read changes', subscribing('changes.>')],
    ['import', 'write events of Discord', publishing('discord.0.1.2.message.created')],
    ['import', 'write deletions', publishing('discord.0.1.2.message.deleted')],
    ['import', 'delete the log', publishing(`$JS.API.STREAM.DELETE.${LOG_STREAM}`)],
    ['import', 'read another stream', publishing('$JS.API.CONSUMER.CREATE.KV_relay-sessions.x')],
    ['import', 'command a projector', publishing('relay.control.projector.do.drop')],
    ['import', 'read the answers to others', subscribing('_INBOX_ingestor.>')],
  ])('the permissions do not let %s %s', async (user, _, act) => {
    expect(await isRefused(user, act)).toBe(true);
  });

  it('the users of nats/accounts.conf give each service the inbox prefix that docs/connections.md names', () => {
    const page = readFileSync(join(repositoryRoot, 'docs/connections.md'), 'utf8');
    for (const user of USERS) {
      expect(ACCOUNTS).toContain(`"_INBOX_${user}.>"`);
      expect(page).toMatch(new RegExp(`_INBOX_${user}\\b`));
      expect(page).toContain(keyName(user));
    }
  });

  it('the users of nats/accounts.conf let nobody in without a key', async () => {
    const stranger = connect({ servers: nats.url, reconnect: false });
    await expect(stranger).rejects.toThrow(/authorization/i);
  });
});
