import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, until } from '@discord-relay/local-stack';

/** Suffices for a machine without systemd: podman's default limits and cgroup manager need hosts that allow them. */
const CONTAINERS_CONF = `[containers]
default_ulimits=["nofile=4096:4096","nproc=4096:4096"]
[engine]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
`;

/** The restrictions of a pod: nothing is allowed that a service does not need. */
const RESTRICTED = [
  '--network=host',
  '--read-only',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--user=1000:1000',
  // However this process ends, no container outlives it for long.
  '--timeout=900',
];

type PodmanKind = 'image' | 'network' | 'pod' | 'secret' | 'volume';

export interface RunOptions {
  image: string;
  env: Record<string, string>;
  memoryMb: number;
  args?: readonly string[];
}

/** buildah and podman with their own configuration, so that this machine's is neither needed nor changed. */
export class Engine {
  private readonly started: string[] = [];
  private service: Child | undefined;

  private constructor(private readonly dir: string) {}

  static async open(): Promise<Engine> {
    const dir = await mkdtemp(join(tmpdir(), 'relay-containers-'));
    await writeFile(join(dir, 'containers.conf'), CONTAINERS_CONF);
    return new Engine(dir);
  }

  /** Runs a command until it ends. @returns its output @throws Error with the end of its output when it fails */
  async run(program: string, args: readonly string[], cwd?: string): Promise<string> {
    return (await this.outputOf(program, args, cwd)).out;
  }

  private async outputOf(program: string, args: readonly string[], cwd?: string) {
    const child = spawn(program, args, { cwd, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { out: '', all: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.out += text;
      output.all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.all += text));
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (code === 0) return { out: output.out.trim(), all: output.all.trim() };
    throw new Error(`${program} ${args[0]} failed (${String(code)}): ${output.all.trim().slice(-2_000)}`);
  }

  private get env(): Record<string, string> {
    const own = { CONTAINERS_CONF: join(this.dir, 'containers.conf'), DOCKER_HOST: `unix://${this.socket}` };
    return { ...(process.env as Record<string, string>), ...own };
  }

  /** Of the Docker API, once {@link serve} has started it. */
  private get socket(): string {
    return join(this.dir, 'podman.sock');
  }

  async has(kind: PodmanKind, name: string): Promise<boolean> {
    return this.run('podman', [kind, kind === 'secret' ? 'inspect' : 'exists', name]).then(
      () => true,
      () => false,
    );
  }

  async remove(kind: PodmanKind, name: string): Promise<void> {
    await this.run('podman', [kind, 'rm', ...(kind === 'secret' ? [] : ['--force']), name]);
  }

  /** Starts the Docker API of podman, which programs that {@link run} starts use. It ends when this engine is closed. */
  async serve(): Promise<void> {
    this.service ??= new Child({
      command: 'podman',
      args: ['system', 'service', '--time=0', `unix://${this.socket}`],
      env: this.env,
      logFile: join(this.dir, 'service.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
    });
    await until('the API of podman', 30_000, () => existsSync(this.socket) || undefined);
  }

  async sizeOf(image: string): Promise<number> {
    return Number(await this.run('podman', ['image', 'inspect', '--format', '{{.Size}}', image]));
  }

  /** Starts a container that is removed by {@link close}. @returns its id */
  async start({ image, env, memoryMb, args = [] }: RunOptions): Promise<string> {
    const id = await this.run('podman', ['run', '--detach', ...this.flags(env, memoryMb), image, ...args]);
    this.started.push(id);
    return id;
  }

  /** Runs a container until it ends. @returns its output */
  async runToEnd({ image, env, memoryMb, args = [] }: RunOptions): Promise<string> {
    return await this.run('podman', ['run', '--rm', ...this.flags(env, memoryMb), image, ...args]);
  }

  async exec(id: string, command: readonly string[]): Promise<string> {
    return await this.run('podman', ['exec', id, ...command]);
  }

  async isHealthy(id: string): Promise<boolean> {
    return this.run('podman', ['healthcheck', 'run', id]).then(
      () => true,
      () => false,
    );
  }

  /** Stops a container as an orchestrator does. @returns the program's exit code; 137 if it had to be killed */
  async stop(id: string): Promise<number> {
    await this.run('podman', ['stop', '--time', '25', id]);
    return Number(await this.run('podman', ['inspect', '--format', '{{.State.ExitCode}}', id]));
  }

  async isRunning(id: string): Promise<boolean> {
    return (await this.run('podman', ['inspect', '--format', '{{.State.Running}}', id])) === 'true';
  }

  /** The end of the program's standard output and standard error. */
  async logs(id: string): Promise<string> {
    return (await this.outputOf('podman', ['logs', '--tail', '20', id])).all;
  }

  async close(): Promise<void> {
    await this.service?.stop();
    for (const id of this.started) await this.run('podman', ['rm', '--force', '--time', '1', id]);
    await rm(this.dir, { recursive: true, force: true });
  }

  private flags(env: Record<string, string>, memoryMb: number): string[] {
    const variables = Object.entries(env).map(([key, value]) => `--env=${key}=${value}`);
    return [...RESTRICTED, `--memory=${memoryMb}m`, ...variables];
  }
}
