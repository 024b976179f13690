import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.js';
import { freePort } from './free-port.js';
import { unprivileged } from './unprivileged.js';
import { until } from './until.js';

export interface PgBouncerOptions {
  binary: string;
  /** The server behind it; every database of it can be had by its name. */
  postgresUrl: string;
  mode: 'session' | 'transaction';
  /** Connections to the server for each database and user. */
  poolSize?: number;
  /** Further lines of its configuration, such as `ignore_startup_parameters = options`. */
  config?: readonly string[];
}

/** A real PgBouncer on the loopback interface. */
export class PgBouncer {
  private constructor(
    private readonly child: Child,
    private readonly dir: string,
    private readonly port: number,
  ) {}

  static async start(options: PgBouncerOptions): Promise<PgBouncer> {
    const dir = await mkdtemp(join(tmpdir(), 'relay-pgbouncer-'));
    await chmod(dir, 0o755);
    const as = await unprivileged([dir]);
    const port = await freePort();
    const file = join(dir, 'pgbouncer.ini');
    await writeFile(file, configOf(options, port), { mode: 0o644 });
    const [command, ...args] = [...as.prefix, options.binary, file];
    const child = new Child({
      command: command!,
      args,
      uid: as.uid,
      gid: as.gid,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      logFile: join(dir, 'pgbouncer.log'),
      // At once: SIGINT waits for its clients.
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 5_000,
    });
    await until('pgbouncer', 10_000, async () => {
      if (!child.running) throw new Error(`pgbouncer ended: ${child.complaint}`);
      return (await listens(port)) || undefined;
    });
    return new PgBouncer(child, dir, port);
  }

  /** The given address with this in the place of the server. */
  urlOf(postgresUrl: string): string {
    const url = new URL(postgresUrl);
    url.port = String(this.port);
    return url.href;
  }

  async stop(): Promise<void> {
    await this.child.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
}

function configOf({ postgresUrl, mode, poolSize = 10, config = [] }: PgBouncerOptions, port: number): string {
  const { hostname, port: serverPort, username, password } = new URL(postgresUrl);
  const server = { host: hostname, port: serverPort, user: username, password: decodeURIComponent(password) };
  const target = Object.entries(server).map(([key, value]) => `${key}='${value}'`);
  return [
    '[databases]',
    `* = ${target.join(' ')}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
    `default_pool_size = ${poolSize}`,
    'max_client_conn = 500',
    ...config,
    '',
  ].join('\n');
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
