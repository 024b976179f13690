import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../process/child.js';
import { freePort } from '../process/free-port.js';
import { unprivileged } from '../process/unprivileged.js';
import { until } from '../process/until.js';

export interface LoopbackServerOptions {
  name: string;
  binary: string;
  /** Its arguments; `file` is its configuration file, `dir` its folder, in which it may write. */
  args: (file: string, dir: string, port: number) => readonly string[];
  config: (port: number, dir: string) => string;
}

/** A program of a Debian package that listens on one port of 127.0.0.1, with its own configuration. */
export class LoopbackServer {
  private constructor(
    private readonly child: Child,
    private readonly dir: string,
    readonly port: number,
  ) {}

  static async start({ name, binary, args, config }: LoopbackServerOptions): Promise<LoopbackServer> {
    const dir = await mkdtemp(join(tmpdir(), `relay-${name}-`));
    await chmod(dir, 0o755);
    const as = await unprivileged([dir]);
    if (as.uid !== undefined) await chown(dir, as.uid, as.gid!);
    const port = await freePort();
    const file = join(dir, `${name}.conf`);
    await writeFile(file, config(port, dir), { mode: 0o644 });
    const [command, ...rest] = [...as.prefix, binary, ...args(file, dir, port)];
    const child = new Child({
      command: command!,
      args: rest,
      uid: as.uid,
      gid: as.gid,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      logFile: join(dir, `${name}.log`),
      // Stops at once; SIGINT may wait for clients.
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 5_000,
    });
    await until(name, 10_000, async () => {
      if (!child.running) throw new Error(`${name} ended: ${child.lastErrors}`);
      return (await listens(port)) || undefined;
    });
    return new LoopbackServer(child, dir, port);
  }

  async stop(): Promise<void> {
    await this.child.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
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
