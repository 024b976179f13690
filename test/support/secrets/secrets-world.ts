import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  asTestAdmin,
  createTestDatabase,
  freePort,
  openTestClient,
  ServiceProcess,
  startNatsServer,
  type TestDatabase,
  type TestNats,
  until,
} from '@discord-relay/local-stack';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Collector } from '../monitoring/collector.js';
import { leaksIn, MARK, planted, PLANTED_KEY, plantedKeysOf } from './planted.js';
import type { ExistingIds } from './planted-requests.js';
import { relayWith } from '../clients/relay-cli.js';
import { SimClient } from '../discord/sim-client.js';
import { signToken } from '../stacks/temp-stack.js';

/** Exports of one user that wait or run, of the gateway with a folder for exports. */
export const MAX_QUEUED_EXPORTS = 2;
export const JWT_SECRET = planted('jwt-secret-0123456789012345');
const DATABASE_PASSWORD = planted('postgres');
const BOT_TOKEN = planted('bot-token');

/** The URL with another user and password. */
export function withLogin(url: string, user: string, secret: string): string {
  const changed = new URL(url);
  [changed.username, changed.password] = [user, secret];
  return changed.href;
}

/** All services with secrets planted in their configuration, and everything that they say. */
export class SecretsWorld {
  readonly services: ServiceProcess[] = [];
  readonly plantedKeys = new Set<string>();
  /** All output: its source, and its text. */
  readonly outputs: [source: string, text: string][] = [];
  readonly role = `planted_${process.pid}`;
  simulator!: ServiceProcess;
  ingestor!: ServiceProcess;
  projector!: ServiceProcess;
  gateway!: ServiceProcess;
  /** A gateway with the lowest limits and without webhooks. */
  strict!: ServiceProcess;
  admin!: string;
  ids!: ExistingIds;

  private constructor(
    readonly dir: string,
    readonly database: TestDatabase,
    readonly nats: TestNats,
    readonly collector: Collector,
  ) {}

  static async start(): Promise<SecretsWorld> {
    const [database, nats, collector] = await Promise.all([
      createTestDatabase(),
      startNatsServer({ config: `authorization { user: relay, password: "${planted('nats')}" }` }),
      Collector.listen(),
    ]);
    const world = new SecretsWorld(mkdtempSync(join(tmpdir(), 'relay-secrets-')), database, nats, collector);
    await asTestAdmin(`CREATE ROLE ${world.role} SUPERUSER LOGIN PASSWORD '${DATABASE_PASSWORD}'`);
    await world.startServices();
    return world;
  }

  get natsUrl(): string {
    return withLogin(this.nats.url, 'relay', planted('nats'));
  }

  /** Works on the log as an operator. */
  async withLog(work: (connection: NatsConnection) => Promise<void>): Promise<void> {
    const connection = await connect({ servers: this.nats.url, user: 'relay', pass: planted('nats') });
    try {
      await work(connection);
    } finally {
      await connection.close();
    }
  }

  get databaseUrl(): string {
    return withLogin(this.database.url, this.role, DATABASE_PASSWORD);
  }

  get sim(): SimClient {
    return new SimClient(this.simulator.url);
  }

  /** The environment of every service. */
  get common(): Record<string, string> {
    const endpoint = this.collector.env.OTEL_EXPORTER_OTLP_ENDPOINT!;
    return {
      NATS_URL: this.natsUrl,
      DATABASE_URL: this.databaseUrl,
      OTEL_TRACES_SAMPLER_ARG: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: withLogin(endpoint, 'u', planted('collector')),
    };
  }

  get discord(): Record<string, string> {
    return { DISCORD_API_URL: `${this.simulator.url}/api`, DISCORD_TOKEN: BOT_TOKEN };
  }

  async startService(app: string, name: string, env: Record<string, string>): Promise<ServiceProcess> {
    for (const key of plantedKeysOf(env)) this.plantedKeys.add(key);
    const service = new ServiceProcess({
      app,
      port: await freePort(),
      env: { HOST: '127.0.0.1', LOG_LEVEL: 'trace', INSTANCE_ID: name, ...env },
      logDir: join(this.dir, name),
      readyPath: app === 'discord-simulator' ? '/_sim/health' : '/api/ready',
    });
    this.services.push(service);
    service.start();
    return service;
  }

  startSimulator(name: string, env: Record<string, string> = {}): Promise<ServiceProcess> {
    return this.startService('discord-simulator', name, {
      SIM_TOKEN: BOT_TOKEN,
      SIM_OAUTH_CLIENT_SECRET: planted('oauth'),
      SIM_OAUTH_CLIENT_ID: '1',
      SIM_SCENARIO: 'none',
      SIM_GUILDS: '1',
      SIM_LOG_LEVEL: 'debug',
      ...env,
    });
  }

  private async startServices(): Promise<void> {
    this.simulator = await this.startSimulator('simulator');
    await this.simulator.ready();
    const { common } = this;
    const spool = { SPOOL_DIR: join(this.dir, 'spool'), RECORD_MEMBERS: 'true' };
    this.ingestor = await this.startService('ingestor', 'ingestor', { ...common, ...this.discord, ...spool });
    this.projector = await this.startService('projector', 'projector', common);
    this.gateway = await this.startService('gateway-api', 'gateway', {
      ...common,
      JWT_SECRET,
      JWT_JWKS_URL: `http://127.0.0.1:1/keys?key=${planted('jwks')}`,
      WEBHOOK_KEY: PLANTED_KEY,
      WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
      WEBHOOK_RETRY_FIRST_MS: '50',
      EXPORTS_DIR: join(this.dir, 'exports'),
      MEDIA_S3_ENDPOINT: 'http://127.0.0.1:1',
      MEDIA_S3_BUCKET: 'files',
      MEDIA_S3_ACCESS_KEY_ID: planted('s3-id'),
      MEDIA_S3_SECRET_ACCESS_KEY: planted('s3-secret'),
      EXPORTS_MAX_QUEUED_PER_USER: String(MAX_QUEUED_EXPORTS),
      DISCORD_CLIENT_ID: '1',
      DISCORD_CLIENT_SECRET: planted('oauth'),
      DISCORD_API_URL: `${this.simulator.url}/api`,
      PUBLIC_URL: 'http://127.0.0.1',
      HTTP_REQUESTS_PER_S: '10000',
      HTTP_REQUESTS_PER_S_PER_ADDRESS: '10000',
      SOCKET_REQUESTS_PER_S: '10000',
    });
    this.strict = await this.startService('gateway-api', 'strict', {
      ...common,
      JWT_SECRET,
      HTTP_REQUESTS_PER_S: '1',
      HTTP_BODY_TIMEOUT_MS: '300',
      MAX_SOCKETS_PER_USER: '1',
      MAX_JOINS_PER_SOCKET: '1',
      MAX_REPLAYS_PER_USER: '1',
    });
    this.admin = await signToken(JWT_SECRET);
    const all = [this.ingestor, this.projector, this.gateway, this.strict];
    await Promise.all(all.map((service) => service.ready()));
    this.ids = await this.untilProjected();
  }

  private async untilProjected(): Promise<ExistingIds> {
    const get = async <T>(path: string) => (await this.get(path)).json() as Promise<T>;
    return until('a server and its channels', 60_000, async () => {
      const [guild] = await get<{ id: string }[]>('guilds');
      const channels = guild && (await get<{ id: string; type: string }[]>(`guilds/${guild.id}/channels`));
      const channel = channels?.find(({ type }) => type === 'text');
      return guild && channel && { guildId: guild.id, channelId: channel.id };
    });
  }

  get(path: string, token = this.admin): Promise<Response> {
    return fetch(`${this.gateway.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } });
  }

  post(path: string, body: object, token = this.admin): Promise<Response> {
    return fetch(`${this.gateway.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Keeps the response if it is an error or a report. */
  async record(source: string, request: Promise<Response>): Promise<Response> {
    const response = await request;
    const isKept = response.status >= 400 || /status|health|metrics|ready/.test(source);
    if (!isKept) return response;
    const text = await response.clone().text();
    this.outputs.push([source, `${response.status} ${text} ${JSON.stringify([...response.headers])}`]);
    return response;
  }

  /** What every running service reports of itself. */
  async recordReports(service: ServiceProcess): Promise<void> {
    for (const path of [
      '/api/ready',
      '/api/status',
      '/api/health',
      '/api/metrics',
      '/metrics',
      '/_sim/health',
    ])
      await this.record(`${service.name} ${path}`, fetch(`${service.url}${path}`)).catch(() => undefined);
  }

  async relay(args: readonly string[], env: Record<string, string> = {}): Promise<void> {
    const all = {
      DATA_DIR: this.dir,
      NATS_URL: this.natsUrl,
      RELAY_TOKEN: planted('relay-token'),
      RELAY_URL: this.gateway.url,
      ...env,
    };
    for (const key of plantedKeysOf(all)) this.plantedKeys.add(key);
    const { stdout, stderr } = await relayWith(all, args);
    this.outputs.push([`relay ${args.join(' ')}`, stdout + stderr]);
  }

  /** Runs statements in the database of the services. */
  async sql<Row extends object>(...statements: string[]): Promise<Row[]> {
    const client = await openTestClient(this.database.url);
    try {
      let rows: Row[] = [];
      for (const statement of statements) ({ rows } = await client.query<Row>(statement));
      return rows;
    } finally {
      await client.end();
    }
  }

  logOf(service: ServiceProcess): string {
    return readFileSync(service.logFile, 'utf8');
  }

  untilLogged(service: ServiceProcess, text: RegExp, withinMs = 30_000): Promise<true> {
    return until(`${service.options.env.INSTANCE_ID} logs ${text}`, withinMs, () =>
      text.test(this.logOf(service)) ? true : undefined,
    );
  }

  /** Everything that has been said so far: output, logs, rows of the audit log, and traces. */
  async allOutput(): Promise<[source: string, text: string][]> {
    for (const service of this.services.filter(({ running }) => running)) await this.recordReports(service);
    const logs = this.services.map((service): [string, string] => [
      `${service.options.env.INSTANCE_ID}.log`,
      this.logOf(service),
    ]);
    const audit = await this.sql('SELECT * FROM relay.audit');
    return [
      ...this.outputs,
      ['audit', JSON.stringify(audit)],
      ['traces', JSON.stringify(this.collector.spans)],
      ...logs,
    ];
  }

  /** The planted secrets in the output, with their surroundings. */
  leaksIn(outputs: readonly [source: string, text: string][]): string[] {
    const secrets = [MARK, PLANTED_KEY, this.admin, this.admin.split('.')[2]!];
    return [...new Set(outputs.flatMap(([source, text]) => leaksIn(source, text, secrets)))];
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    await Promise.all([this.nats.stop(), this.collector.close()]);
    await this.database.drop();
    await asTestAdmin(`DROP ROLE IF EXISTS ${this.role}`);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
