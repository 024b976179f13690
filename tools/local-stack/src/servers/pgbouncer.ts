import { LoopbackServer } from './loopback-server.js';

export interface PgBouncerOptions {
  binary: string;
  /** The server behind it, whose databases are all available by name. */
  postgresUrl: string;
  mode: 'session' | 'transaction';
  /** Connections to the server for each database and user. */
  poolSize?: number;
  /** Further lines of its configuration, such as `ignore_startup_parameters = options`. */
  config?: readonly string[];
}

/** A real PgBouncer on the loopback interface. */
export class PgBouncer {
  private constructor(private readonly server: LoopbackServer) {}

  static async start(options: PgBouncerOptions): Promise<PgBouncer> {
    const server = await LoopbackServer.start({
      name: 'pgbouncer',
      binary: options.binary,
      args: (file) => [file],
      config: (port) => configOf(options, port),
    });
    return new PgBouncer(server);
  }

  /** The given URL with this pooler instead of the server. */
  urlOf(postgresUrl: string): string {
    const url = new URL(postgresUrl);
    url.port = String(this.server.port);
    return url.href;
  }

  stop(): Promise<void> {
    return this.server.stop();
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
