import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect as connectTcp } from 'node:net';
import { Child, endLeftover, stateOf } from '../process/child.js';
import { freePort } from '../process/free-port.js';
import { until } from '../process/until.js';

export interface NatsServerOptions {
  binary: string;
  /** Folder of the server's configuration, its log and JetStream's files. */
  dir: string;
  port?: number;
  /** Further lines of its configuration, such as log-ins. */
  config?: string;
}

/** A real nats-server with JetStream on the loopback interface. */
export class NatsServer {
  private child: Child | undefined;

  private constructor(
    private readonly options: NatsServerOptions,
    readonly port: number,
  ) {}

  static async start(options: NatsServerOptions): Promise<NatsServer> {
    const server = new NatsServer(options, options.port ?? (await freePort()));
    await server.endLeftover();
    await server.launch();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child?.pid ?? -1;
  }

  async stop(): Promise<void> {
    await this.child?.stop();
  }

  /** Simulates a fault: kills (SIGKILL) or pauses (SIGSTOP) the server, and waits until that has happened. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (signal === 'SIGKILL') return await this.child?.kill();
    this.child?.signal(signal);
    if (signal === 'SIGSTOP')
      await until('nats-server is paused', 5_000, () => stateOf(this.pid) === 'T' || undefined);
  }

  /** Restarts a stopped or killed server on the same port and files. */
  async restart(): Promise<void> {
    if (this.child?.running) await this.stop();
    await this.launch();
  }

  private async launch(): Promise<void> {
    const { binary, dir, config = '' } = this.options;
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'nats.conf'), natsConfig(this.port, dir) + config);
    const child = new Child({
      command: binary,
      args: ['--config', join(dir, 'nats.conf')],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      logFile: join(dir, 'nats-server.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
    });
    this.child = child;
    const state = await until('nats-server', 15_000, async () => {
      if (!child.running) return 'ended';
      return (await answers(this.port)) ? 'up' : undefined;
    });
    if (state === 'ended') {
      const reason = child.lastErrors.split('\n').at(-1) ?? 'it gave no reason';
      throw new Error(`nats-server ended at startup: ${reason}; its log is ${join(dir, 'nats-server.log')}`);
    }
  }

  private async endLeftover(): Promise<void> {
    const pidFile = join(this.options.dir, 'nats.pid');
    if (!existsSync(pidFile)) return;
    await endLeftover(
      Number(await readFile(pidFile, 'utf8')),
      join(this.options.dir, 'nats.conf'),
      'SIGTERM',
    );
  }
}

const natsConfig = (port: number, dir: string): string =>
  [
    `listen: "127.0.0.1:${port}"`,
    `pid_file: "${join(dir, 'nats.pid')}"`,
    `jetstream { store_dir: "${join(dir, 'jetstream')}" }`,
    'max_payload: 1MB',
    '',
  ].join('\n');

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1');
    const done = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('data', (data) => done(data.toString('utf8').startsWith('INFO')));
    socket.once('error', () => done(false));
    socket.setTimeout(1_000, () => done(false));
  });
}
