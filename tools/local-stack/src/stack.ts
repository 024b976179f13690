import { join } from 'node:path';
import { freePort, portIsFree } from './process/free-port.js';
import { cacheDir, findNatsServer, type Progress } from './servers/nats-binary.js';
import { NatsServer } from './servers/nats-server.js';
import { checkNats, checkPostgres } from './servers/outside-servers.js';
import { PostgresServer } from './servers/postgres.js';
import { reachableHost, ServiceProcess } from './process/service-process.js';
import { localLogin, type StackConfig } from './config.js';
import { loadSecrets, readStackFile, writeStackFile } from './stack-files.js';

export const SERVICE_APPS = ['projector', 'ingestor', 'gateway-api'] as const;
export type ServiceApp = (typeof SERVICE_APPS)[number];

/** A small young generation (semi-spaces of 4 MiB) saves some 20 MiB of an idle service; the container image does the same. */
export const SERVICE_NODE_FLAGS = ['--max-semi-space-size=4'];

/**
 * A replay keeps its objects alive for a batch, so in a small young generation most of them would be copied twice, and a small old
 * generation would be collected several times a second. But V8 collects too late if the limit is the machine's whole memory.
 */
export const PROJECTOR_NODE_FLAGS = [
  '--max-semi-space-size=32',
  '--initial-old-space-size=96',
  '--max-old-space-size=512',
];

/** The local Discord accepts any application id. */
const LOCAL_CLIENT_ID = '1';

export interface StackOptions extends StackConfig {
  progress: Progress;
  /** Environment of every service: the caller's, or nothing. */
  env: Record<string, string>;
  /** Further environment of single programs. */
  envOf?: Partial<Record<ServiceApp | 'discord-simulator', Record<string, string>>>;
  xdgCacheHome?: string;
  onUnexpectedExit?: (service: ServiceProcess, code: number | null, lastMessage: string) => void;
}

/** The whole system on one machine: starts the servers that are not given, then the services, each in its own process. */
export class Stack {
  nats: NatsServer | undefined;
  postgres: PostgresServer | undefined;
  simulator: ServiceProcess | undefined;
  readonly services = new Map<ServiceApp, ServiceProcess>();
  natsUrl = '';
  databaseUrl = '';
  jwtSecret = '';
  private webhookKey = '';
  private readonly closing = new AbortController();
  /** Servers that are starting. A stop waits for them, so that none is left behind. */
  private starting: Promise<unknown>[] = [];

  constructor(private readonly options: StackOptions) {}

  get dataDir(): string {
    return this.options.dataDir;
  }

  get url(): string {
    return `http://${reachableHost(this.options.env.HOST)}:${this.options.port}`;
  }

  service(app: ServiceApp): ServiceProcess {
    const service = this.services.get(app);
    if (!service) throw new Error(`${app} was not started`);
    return service;
  }

  /** Starts everything and waits until it is ready. After a failure the caller must call {@link stop}. */
  async start(): Promise<void> {
    await this.startServers();
    await this.startServices();
  }

  async startServers(): Promise<void> {
    const { dataDir, natsUrl, databaseUrl, discord } = this.options;
    const secrets = await loadSecrets(dataDir);
    this.jwtSecret = secrets.jwtSecret;
    this.webhookKey = secrets.webhookKey;
    this.closing.signal.throwIfAborted();
    this.starting = [
      natsUrl ? checkNats(natsUrl, this.options.env) : this.startNats(),
      databaseUrl ? checkPostgres(databaseUrl) : this.startPostgres(secrets.postgresPassword),
      ...(discord === 'local' ? [this.startSimulator()] : []),
    ];
    await Promise.all(this.starting);
    this.natsUrl = natsUrl ?? this.nats!.url;
    this.databaseUrl = databaseUrl ?? this.postgres!.url;
    await writeStackFile(dataDir, {
      NATS_URL: this.natsUrl,
      DATABASE_URL: this.databaseUrl,
      JWT_SECRET: this.jwtSecret,
      RELAY_URL: this.url,
      ...(this.simulator && { DISCORD_API_URL: `${this.simulator.url}/api` }),
    });
  }

  /** Starts services and waits until those of `awaited`, or all, are ready. @throws as {@link ServiceProcess.ready} */
  async startServices(
    apps: readonly ServiceApp[] = SERVICE_APPS,
    awaited: readonly ServiceApp[] = apps,
  ): Promise<void> {
    this.options.progress(`starting ${new Intl.ListFormat('en-GB').format(apps)}…`);
    for (const app of apps) {
      const service = await this.createService(app);
      this.closing.signal.throwIfAborted();
      this.services.set(app, service);
      service.start();
    }
    await Promise.all(awaited.map((app) => this.service(app).ready()));
  }

  /** Stops in the direction of the data, so that nothing is left in flight: Discord first, databases last. */
  async stop(): Promise<void> {
    this.closing.abort(new Error('stopped'));
    await Promise.allSettled(this.starting);
    for (const app of ['ingestor', 'projector', 'gateway-api'] as const) await this.services.get(app)?.stop();
    await this.simulator?.stop();
    await Promise.all([this.nats?.stop(), this.postgres?.stop()]);
  }

  private async startNats(): Promise<void> {
    const { dataDir, progress, xdgCacheHome } = this.options;
    const binary = await findNatsServer(cacheDir(xdgCacheHome), progress, this.closing.signal);
    this.nats = await NatsServer.start({ binary, dir: join(dataDir, 'nats') });
    progress('nats-server is up');
  }

  private async startPostgres(password: string): Promise<void> {
    this.postgres = await PostgresServer.start({ dir: join(this.options.dataDir, 'postgres'), password });
    this.options.progress('Postgres is up');
  }

  private async startSimulator(): Promise<void> {
    const { dataDir, env, envOf, onUnexpectedExit } = this.options;
    this.simulator = new ServiceProcess({
      app: 'discord-simulator',
      port: await this.simulatorPort(),
      env: {
        SIM_STATE_FILE: join(dataDir, 'discord-simulator.json'),
        SIM_SCENARIO: 'lively',
        SIM_GUILDS: '1',
        ...env,
        ...envOf?.['discord-simulator'],
      },
      logDir: join(dataDir, 'logs'),
      readyPath: '/_sim/health',
      onUnexpectedExit,
    });
    this.closing.signal.throwIfAborted();
    this.simulator.start();
    await this.simulator.ready();
    this.options.progress('the local Discord is up');
  }

  /** The same address as last time if possible, because a stored session contains its resume address. */
  private async simulatorPort(): Promise<number> {
    const { DISCORD_API_URL } = await readStackFile(this.options.dataDir);
    const last = Number(URL.parse(DISCORD_API_URL ?? '')?.port ?? 0);
    return last > 0 && (await portIsFree(last, '127.0.0.1')) ? last : await freePort();
  }

  private async createService(app: ServiceApp): Promise<ServiceProcess> {
    const { dataDir, env, envOf, port, onUnexpectedExit } = this.options;
    return new ServiceProcess({
      app,
      port: app === 'gateway-api' ? port : await freePort(),
      // A stable name: after a crash the service gets its leases back at once.
      env: { INSTANCE_ID: `local-${app}`, ...env, ...this.serviceEnv(app), ...envOf?.[app] },
      nodeFlags: app === 'projector' ? PROJECTOR_NODE_FLAGS : SERVICE_NODE_FLAGS,
      logDir: join(dataDir, 'logs'),
      onUnexpectedExit,
    });
  }

  private serviceEnv(app: ServiceApp): Record<string, string> {
    const { env, discord } = this.options;
    const common = { NATS_URL: this.natsUrl };
    switch (app) {
      case 'projector':
        // Data of an earlier version is rebuilt automatically, so that `npm start` just works.
        return { ...common, DATABASE_URL: this.databaseUrl, HOST: '127.0.0.1', REBUILD: 'auto' };
      case 'ingestor': {
        const { token, apiUrl } =
          discord === 'local' ? { token: 'local-token', apiUrl: `${this.simulator!.url}/api` } : discord;
        return {
          ...common,
          DISCORD_TOKEN: token,
          HOST: '127.0.0.1',
          ...(apiUrl && { DISCORD_API_URL: apiUrl }),
        };
      }
      case 'gateway-api':
        return {
          ...common,
          DATABASE_URL: this.databaseUrl,
          HOST: env.HOST ?? '127.0.0.1',
          JWT_SECRET: env.JWT_SECRET ?? this.jwtSecret,
          WEBHOOK_KEY: env.WEBHOOK_KEY ?? this.webhookKey,
          EXPORTS_DIR: env.EXPORTS_DIR ?? join(this.options.dataDir, 'exports'),
          LOCAL_LOGIN: localLogin({ discord }, env),
          ...this.discordLoginEnv(),
        };
    }
  }

  /** Every user of the local Discord can log in; for the real one, the caller needs an application. */
  private discordLoginEnv(): Record<string, string> {
    const { discord, env, port } = this.options;
    if (discord !== 'local') return discord.apiUrl ? { DISCORD_API_URL: discord.apiUrl } : {};
    return {
      DISCORD_API_URL: `${this.simulator!.url}/api`,
      MEDIA_CDN: env.MEDIA_CDN ?? this.simulator!.url,
      MEDIA_ORIGINS: env.MEDIA_ORIGINS ?? this.simulator!.url,
      DISCORD_CLIENT_ID: LOCAL_CLIENT_ID,
      DISCORD_CLIENT_SECRET: 'local-secret',
      PUBLIC_URL: env.PUBLIC_URL ?? `http://localhost:${port}`,
    };
  }
}
