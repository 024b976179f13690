import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  asTestAdmin,
  createTestDatabase,
  freePort,
  openTestClient,
  ServiceProcess,
  startNatsServer,
  stackSchema,
  type TestDatabase,
  type TestNats,
  until,
} from '@discord-relay/local-stack';
import type { z } from 'zod';
import { cliSchema } from '../../apps/cli/src/config.js';
import { environment as simulatorSchema } from '../../apps/discord-simulator/src/config.js';
import { gatewayApiSchema } from '../../apps/gateway-api/src/config.js';
import { ingestorSchema } from '../../apps/ingestor/src/config.js';
import { projectorSchema } from '../../apps/projector/src/config.js';
import { Receiver } from '../../apps/gateway-api/src/testing/receiver.js';
import { Collector } from '../support/collector.js';
import {
  leaksIn,
  MARK,
  planted,
  PLANTED_BODY,
  PLANTED_KEY,
  PLANTED_QUERY,
  plantedHeaders,
  plantedOperations,
} from '../support/planted.js';
import { PROVOKED } from '../support/provoked-codes.js';
import { relayWith } from '../support/relay-cli.js';
import { SimClient } from '../support/sim-client.js';
import { signToken } from '../support/temp-stack.js';
import { kindOf } from '../support/wrong-values.js';
import { TestSocket } from './socket.js';

/** Keys with public values: names, addresses without a log-in, paths of files without secrets. */
const PUBLIC = new Set([
  ...[
    'HOST',
    'INSTANCE_ID',
    'SHARDS',
    'DISCORD_GUILD_ID',
    'DISCORD_INTENTS',
    'DISCORD_CLIENT_ID',
    'SPOOL_DIR',
  ],
  ...[
    'JWT_ISSUER',
    'JWT_JWKS_ISSUER',
    'JWT_AUDIENCE',
    'PUBLIC_URL',
    'CORS_ORIGINS',
    'MEDIA_ORIGINS',
    'NATS_INBOX_PREFIX',
    'PUBLIC_CHANNELS',
    'WEB_DIR',
  ],
  ...[
    'TRUSTED_PROXIES',
    'WEBHOOK_ALLOW_PRIVATE',
    'DATA_DIR',
    'SIM_HOST',
    'SIM_STATE_FILE',
    'SIM_OAUTH_CLIENT_ID',
  ],
  'SIM_PUBLIC_URL',
]);
/** Keys that contain a secret, all of which are planted below. */
const SECRET = new Set([
  ...['NATS_URL', 'NATS_CREDENTIALS_FILE', 'NATS_NKEY_SEED_FILE', 'NATS_TLS_CA_FILE', 'NATS_TLS_CERT_FILE'],
  ...['NATS_TLS_KEY_FILE', 'DATABASE_URL', 'DISCORD_TOKEN', 'DISCORD_API_URL', 'DISCORD_CLIENT_SECRET'],
  ...['JWT_SECRET', 'JWT_JWKS_URL', 'WEBHOOK_KEY', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'RELAY_TOKEN', 'RELAY_URL'],
  ...['SIM_TOKEN', 'SIM_OAUTH_CLIENT_SECRET'],
]);
const allKeys = (): [string, z.ZodType][] =>
  [ingestorSchema, projectorSchema, gatewayApiSchema, cliSchema, stackSchema, simulatorSchema].flatMap(
    (schema) => Object.entries(schema.shape as Record<string, z.ZodType>),
  );

const JWT_SECRET = planted('jwt-secret-0123456789012345');
const password = planted('postgres');
const role = `planted_${process.pid}`;

const holdsMark = (path: string): boolean =>
  path.startsWith(tmpdir()) && statSync(path, { throwIfNoEntry: false })?.isFile() === true
    ? readFileSync(path, 'utf8').includes(MARK)
    : false;

describe('secrets', () => {
  const dir = mkdtempSync(join(tmpdir(), 'relay-secrets-'));
  const services: ServiceProcess[] = [];
  /** All output: its source, and its text. */
  const outputs: [source: string, text: string][] = [];
  let [database, nats, collector, receiver]: [TestDatabase?, TestNats?, Collector?, Receiver?] = [];
  let simulator: ServiceProcess;
  let gateway: ServiceProcess;
  let databaseUrl: string;
  let admin: string;

  const plantedKeys = new Set<string>();
  const notePlanted = (env: Record<string, string>) => {
    for (const [key, value] of Object.entries(env))
      if (value.includes(MARK) || value === PLANTED_KEY || holdsMark(value)) plantedKeys.add(key);
  };

  const start = async (app: string, name: string, env: Record<string, string>) => {
    notePlanted(env);
    const service = new ServiceProcess({
      app,
      port: await freePort(),
      env: { HOST: '127.0.0.1', LOG_LEVEL: 'trace', INSTANCE_ID: name, ...env },
      logDir: join(dir, name),
      readyPath: app === 'discord-simulator' ? '/_sim/health' : '/api/ready',
    });
    services.push(service);
    service.start();
    return service;
  };
  const hear = async (source: string, asked: Promise<Response>): Promise<Response> => {
    const response = await asked;
    const text = await response.clone().text();
    const isError = response.status >= 400 || /status|health|metrics|ready/.test(source);
    if (isError)
      outputs.push([source, `${response.status} ${text} ${JSON.stringify([...response.headers])}`]);
    return response;
  };
  const withLogin = (url: string, user: string, secret: string) => {
    const changed = new URL(url);
    [changed.username, changed.password] = [user, secret];
    return changed.href;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    await asTestAdmin(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD '${password}'`);
    databaseUrl = withLogin(database.url, role, password);
    nats = await startNatsServer({
      config: `authorization { user: relay, password: "${planted('nats')}" }`,
    });
    collector = await Collector.listen();
    receiver = await Receiver.start();
    simulator = await start('discord-simulator', 'simulator', {
      SIM_TOKEN: planted('bot-token'),
      SIM_OAUTH_CLIENT_SECRET: planted('oauth'),
      SIM_OAUTH_CLIENT_ID: '1',
      SIM_SCENARIO: 'none',
      SIM_GUILDS: '1',
      SIM_LOG_LEVEL: 'debug',
    });
    await simulator.ready();
    const common = {
      NATS_URL: withLogin(nats.url, 'relay', planted('nats')),
      DATABASE_URL: databaseUrl,
      OTEL_TRACES_SAMPLER_ARG: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: withLogin(
        collector.env.OTEL_EXPORTER_OTLP_ENDPOINT!,
        'u',
        planted('collector'),
      ),
    };
    const discord = { DISCORD_API_URL: `${simulator.url}/api`, DISCORD_TOKEN: planted('bot-token') };
    const ingestor = await start('ingestor', 'ingestor', { ...common, ...discord });
    const projector = await start('projector', 'projector', common);
    gateway = await start('gateway-api', 'gateway', {
      ...common,
      JWT_SECRET,
      JWT_JWKS_URL: `http://127.0.0.1:1/keys?key=${planted('jwks')}`,
      WEBHOOK_KEY: PLANTED_KEY,
      WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
      WEBHOOK_RETRY_FIRST_MS: '50',
      DISCORD_CLIENT_ID: '1',
      DISCORD_CLIENT_SECRET: planted('oauth'),
      DISCORD_API_URL: `${simulator.url}/api`,
      PUBLIC_URL: 'http://127.0.0.1',
      HTTP_REQUESTS_PER_S: '1000',
    });
    admin = await signToken(JWT_SECRET);
    await Promise.all([ingestor, projector, gateway].map((service) => service.ready()));
  }, 120_000);

  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await Promise.all([nats?.stop(), collector?.close(), receiver?.stop()]);
    await database?.drop();
    await asTestAdmin(`DROP ROLE IF EXISTS ${role}`);
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  it('secrets are planted in every configuration key that can hold one', () => {
    const texts = allKeys().filter(([, schema]) => kindOf(schema) === 'text');
    const unknown = texts.filter(([key]) => !PUBLIC.has(key) && !SECRET.has(key));
    expect(unknown.map(([key]) => key)).toEqual([]);
  });

  it('secrets do not appear in the output of failing requests', async () => {
    const tokens = [
      '',
      `Bearer ${planted('bearer')}`,
      `Bearer ${admin}`,
      `Basic ${planted('basic')}`,
      `Bearer ${await signToken(JWT_SECRET, { expiresAt: 1 })}`,
      `Bearer ${await signToken(JWT_SECRET, { nbf: 4_000_000_000 })}`,
      `Bearer ${await signToken(JWT_SECRET, { role: 'viewer' })}`,
    ];
    for (const { method, path } of plantedOperations()) {
      // An allowed stream does not end.
      for (const token of path === '/api/stream' ? tokens.slice(0, 2) : tokens) {
        const hasBody = method === 'POST' || method === 'PATCH';
        await hear(
          `${method} ${path.replaceAll(MARK, 'MARK')}`,
          fetch(`${gateway.url}${path}?${PLANTED_QUERY}`, {
            method,
            redirect: 'manual',
            headers: {
              ...plantedHeaders(token),
              ...(hasBody && { 'content-type': 'application/json' }),
            },
            ...(hasBody && { body: PLANTED_BODY }),
          }),
        );
      }
    }
    for (const body of [`{"secret": ${planted('json')}`, `"${planted('large').padEnd(3_000_000, 'x')}"`])
      await hear(
        'POST a bad body',
        fetch(`${gateway.url}/api/v1/webhooks`, {
          method: 'POST',
          headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
          body,
        }),
      );
    const csrf = { origin: 'http://127.0.0.1', 'x-relay-csrf': '1', cookie: `relay_refresh=${planted('s')}` };
    await hear('refresh', fetch(`${gateway.url}/api/auth/refresh`, { method: 'POST', headers: csrf }));
    const absent = ['guilds/1/channels', 'channels/1', 'channels/1/messages/1', `webhooks/${randomUUID()}`];
    for (const path of absent)
      await hear(
        `GET ${path}`,
        fetch(`${gateway.url}/api/v1/${path}`, { headers: plantedHeaders(`Bearer ${admin}`) }),
      );
    await hear('GET nothing', fetch(`${gateway.url}/api/${planted('no-such-path')}`));
  }, 120_000);

  it('secrets do not appear in the output of sockets', async () => {
    const refusal = await TestSocket.open(gateway.url, planted('socket-token')).catch(String);
    outputs.push(['socket refusal', String(refusal)]);
    const client = await TestSocket.open(gateway.url, admin);
    const payload = { channelId: planted('socket'), token: planted('socket'), text: planted('socket') };
    const events = [
      'get_channels',
      'join_channel',
      'leave_channel',
      'get_history',
      'subscribe_rooms',
    ] as const;
    const socket = client.socket as unknown as { emit(event: string, payload: unknown): void };
    for (const event of [...events, 'unsubscribe_rooms', 'refresh_token', 'nothing'])
      socket.emit(event, payload);
    await client.event('error');
    outputs.push(['socket events', JSON.stringify(client.heard)]);
    client.close();
  });

  it('secrets do not appear in the output of webhooks whose receiver fails', async () => {
    const guildId = await until('a server', 20_000, async () => {
      const headers = { authorization: `Bearer ${admin}` };
      const response = await fetch(`${gateway.url}/api/v1/guilds`, { headers });
      return response.ok ? ((await response.json()) as { id: string }[])[0]?.id : undefined;
    });
    const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
    const create = (url: string) =>
      hear(
        'POST webhooks',
        fetch(`${gateway.url}/api/v1/webhooks`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ url, guildId }),
        }),
      );
    await create(`http://u:${planted('webhook-login')}@127.0.0.1:1/`);
    await create(`ftp://127.0.0.1/${planted('webhook-path')}`);
    const created = await create(
      `http://127.0.0.1:1/hook/${planted('webhook-path')}?key=${planted('webhook-query')}`,
    );
    expect(created.status).toBe(201);
    const { id, secret } = (await created.json()) as { id: string; secret: string };
    await hear(
      'webhook test',
      fetch(`${gateway.url}/api/v1/webhooks/${id}/test`, { method: 'POST', headers, body: '{}' }),
    );
    outputs.push([
      'webhook secret in logs',
      readFileSync(gateway.logFile, 'utf8').includes(secret) ? MARK : '',
    ]);
    await new SimClient(simulator.url).createChannel(guildId, 'made');
  });

  it('secrets do not appear in the output of services that are refused', async () => {
    const file = (name: string) => {
      const path = join(dir, name);
      writeFileSync(
        path,
        `-----BEGIN ${planted(name)}-----\n${planted(name)}\n------END ${planted(name)}------\n`,
      );
      return path;
    };
    const NATS_URL = withLogin(nats!.url, 'relay', planted('wrong-nats'));
    const wrongDatabase = { DATABASE_URL: withLogin(databaseUrl, role, planted('wrong-postgres')) };
    const good = { NATS_URL: withLogin(nats!.url, 'relay', planted('nats')), DATABASE_URL: databaseUrl };
    const discord = { DISCORD_API_URL: `${simulator.url}/api`, DISCORD_TOKEN: planted('bot-token') };
    const runs: [app: string, name: string, env: Record<string, string>, reason: RegExp][] = [
      ['ingestor', 'bad-token', { ...good, ...discord, DISCORD_TOKEN: planted('wrong') }, /TOKEN_REFUSED/],
      [
        'ingestor',
        'bad-api',
        { ...good, ...discord, DISCORD_API_URL: `http://u:${planted('api')}@127.0.0.1:1/api` },
        /DISCORD_API_URL|UNREACHABLE/,
      ],
      ['ingestor', 'other-partitions', { ...good, ...discord, PARTITIONS: '4' }, /PARTITIONS_MISMATCH/],
      ['ingestor', 'bad-spool', { ...good, ...discord, SPOOL_DIR: file('spool') }, /SPOOL_UNUSABLE/],
      [
        'ingestor',
        'no-discord',
        { ...good, ...discord, DISCORD_API_URL: 'http://127.0.0.1:1/api' },
        /DISCORD\.UNREACHABLE/,
      ],
      [
        'gateway-api',
        'bad-jwks',
        { ...good, JWT_JWKS_URL: `http://u:${planted('jwks')}@127.0.0.1:1/keys` },
        /JWT_JWKS_URL: must not have/,
      ],
      ['projector', 'bad-postgres', { ...good, ...wrongDatabase }, /DATABASE_URL: /],
      ['gateway-api', 'bad-postgres-2', { ...good, ...wrongDatabase, JWT_SECRET }, /DATABASE_URL: /],
      ['projector', 'bad-nats', { ...good, NATS_URL }, /NATS_URL: /],
      [
        'projector',
        'nats-token',
        { ...good, NATS_URL: nats!.url.replace('//', `//${planted('t')}@`) },
        /NATS_URL: /,
      ],
      ...(['CREDENTIALS', 'NKEY_SEED', 'TLS_CA', 'TLS_CERT', 'TLS_KEY'] as const).map(
        (name): [string, string, Record<string, string>, RegExp] => [
          'projector',
          `bad-${name}`,
          { ...good, NATS_URL: nats!.url, [`NATS_${name}_FILE`]: file(name) },
          /NATS_/,
        ],
      ),
    ];
    for (const [app, name, env, reason] of runs) {
      const service = await start(app, name, env);
      await until(`${name} says why`, 30_000, async () => {
        const log = existsSync(service.logFile) ? readFileSync(service.logFile, 'utf8') : '';
        return reason.test(log) || undefined;
      });
      for (const path of ['/api/ready', '/api/status', '/api/health', '/metrics'])
        await hear(`${name} ${path}`, fetch(`${service.url}${path}`)).catch(() => undefined);
      await service.stop();
    }
  }, 240_000);

  it('secrets do not appear in the output of the command line', async () => {
    const env = {
      DATA_DIR: dir,
      NATS_URL: withLogin(nats!.url, 'relay', planted('nats')),
      RELAY_TOKEN: planted('relay-token'),
      RELAY_URL: gateway.url,
    };
    const unreachable = { ...env, RELAY_URL: `http://127.0.0.1:1/?key=${planted('relay-url')}` };
    const wrong = {
      ...env,
      NATS_URL: withLogin(nats!.url, 'relay', planted('cli-nats')),
      RELAY_URL: `http://u:${planted('relay-url')}@127.0.0.1:1/`,
    };
    for (const each of [env, unreachable, wrong])
      for (const args of [
        ['status'],
        ['webhooks', 'list'],
        ['projections', 'list'],
        ['projections', 'drop', '99'],
      ]) {
        notePlanted(each);
        const { stdout, stderr } = await relayWith(each, args);
        outputs.push([`relay ${args.join(' ')}`, stdout + stderr]);
      }
  }, 60_000);

  it('secrets appear nowhere in all output, and the codes of the list were provoked', async () => {
    for (const service of services.filter(({ running }) => running))
      for (const path of ['/api/status', '/api/health', '/api/metrics', '/metrics', '/_sim/health'])
        await hear(`${service.name} ${path}`, fetch(`${service.url}${path}`));
    const client = await openTestClient(database!.url);
    const { rows } = await client.query('SELECT * FROM relay.audit');
    await client.end();
    expect(rows.length).toBeGreaterThan(0);
    expect(collector!.spans.length).toBeGreaterThan(0);
    outputs.push(['audit', JSON.stringify(rows)], ['traces', JSON.stringify(collector!.spans)]);
    for (const { logFile } of services)
      outputs.push([logFile.slice(dir.length), readFileSync(logFile, 'utf8')]);
    expect([...SECRET].filter((key) => !plantedKeys.has(key))).toEqual([]);
    const secrets = [MARK, PLANTED_KEY, admin, admin.split('.')[2]!];
    const leaks = new Set(outputs.flatMap(([source, text]) => leaksIn(source, text, secrets)));
    expect([...leaks]).toEqual([]);
    const all = outputs.map(([, text]) => text).join('\n');
    expect(PROVOKED.filter((code) => !all.includes(code))).toEqual([]);
  });
});
