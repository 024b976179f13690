import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, repositoryRoot } from '@discord-relay/local-stack';
import { parse } from 'yaml';
import { signToken } from '../support/stacks/temp-stack.js';
import type { Engine } from './engine.js';
import { imageOf, type Target } from './images.js';
import { becomesReady, seesMessage } from './sees-message.js';
import { provideServers } from './stand-ins.js';

const BUILT: readonly Target[] = ['ingestor', 'projector', 'gateway-api', 'simulator'];
const PROJECT = `relay-compose-${process.pid}`;
/** Characters that mean something in URLs, in shells and in files of variables. */
const PASSWORD = 'p#s/w?d=%41:$HOME@"';
const JWT_SECRET = 'j#w/t?s=%41:$HOME@"and-long-enough-for-a-secret';

/** The demo of docker-compose.yml, on the Docker API of podman, from the images that were built before. */
export class ComposedDemo {
  private constructor(
    private readonly engine: Engine,
    private readonly program: string,
    private readonly dir: string,
    readonly port: number,
  ) {}

  /** @param program docker-compose, version 2 */
  static async open(engine: Engine, program: string): Promise<ComposedDemo> {
    const dir = await mkdtemp(join(tmpdir(), 'relay-compose-'));
    return new ComposedDemo(engine, program, dir, await freePort());
  }

  /** Waits until docker-compose has started all services in their order. */
  async up(): Promise<void> {
    const { services } = parse(await readFile(join(repositoryRoot, 'docker-compose.yml'), 'utf8')) as {
      services: Record<'nats' | 'postgres', { image: string }>;
    };
    await provideServers(this.engine, {
      nats: `docker.io/library/${services.nats.image}`,
      postgres: `docker.io/library/${services.postgres.image}`,
    });
    for (const target of BUILT) await this.engine.run('podman', ['tag', imageOf(target), this.image(target)]);
    await this.writeVariables();
    const ended = new AbortController();
    const checks = this.runHealthChecks(ended.signal);
    try {
      await this.compose('up', '--detach', '--no-build', '--pull', 'never');
    } catch (error) {
      throw new Error(`${String(error)}\n${await this.logs()}`, { cause: error });
    } finally {
      ended.abort();
      await checks;
    }
  }

  /** A message passes through all services, to the port that is published. */
  async works(): Promise<void> {
    const url = `http://127.0.0.1:${this.port}`;
    try {
      await becomesReady(url);
      const simulatorUrl = `http://${await this.addressOf('simulator')}:8787`;
      await seesMessage({ url, simulatorUrl, token: await signToken(JWT_SECRET) });
    } catch (error) {
      throw new Error(`${String(error)}\n${await this.logs()}`, { cause: error });
    }
  }

  /** What the README says to run for a token. */
  async createsToken(): Promise<void> {
    const token = await this.compose(
      'exec',
      '-T',
      'gateway-api',
      'relay',
      'token',
      'create',
      '--role',
      'admin',
    );
    const response = await fetch(`http://127.0.0.1:${this.port}/api/v1/guilds`, {
      headers: { authorization: `Bearer ${token.trim()}` },
    });
    if (!response.ok) throw new Error(`the token is refused with ${response.status}`);
  }

  async close(): Promise<void> {
    await this.compose('down', '--volumes', '--timeout', '25');
    for (const target of BUILT)
      if (await this.engine.has('image', this.image(target)))
        await this.engine.run('podman', ['untag', this.image(target), this.image(target)]);
    await rm(this.dir, { recursive: true, force: true });
  }

  private image(target: Target): string {
    return `localhost/${PROJECT}-${target}:latest`;
  }

  private get variables(): string {
    return join(this.dir, 'demo.env');
  }

  /** Those of the demo, in a project of its own, with secrets of all kinds of characters. */
  private async writeVariables(): Promise<void> {
    const own = {
      COMPOSE_PROJECT_NAME: PROJECT,
      SERVICE_ENV_FILE: this.variables,
      PORT: String(this.port),
      POSTGRES_PASSWORD: PASSWORD,
      JWT_SECRET,
    };
    const demo = await readFile(join(repositoryRoot, 'deploy/demo.env'), 'utf8');
    const kept = demo.split('\n').filter((line) => !(line.split('=')[0]! in own));
    const lines = Object.entries(own).map(([key, value]) => `${key}='${value}'`);
    await writeFile(this.variables, [...kept, ...lines, ''].join('\n'));
  }

  private async compose(...args: readonly string[]): Promise<string> {
    await this.engine.serve();
    const files = ['--project-directory', repositoryRoot, '--env-file', this.variables];
    return await this.engine.run(this.program, [...files, ...args], repositoryRoot);
  }

  /** Without systemd, podman runs no health check by itself, and docker-compose would wait forever. */
  private async runHealthChecks(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const id of await this.containers()) if (!signal.aborted) await this.engine.isHealthy(id);
      await sleep(500, undefined, { signal }).catch(() => undefined);
    }
  }

  private async containers(): Promise<string[]> {
    const label = `label=com.docker.compose.project=${PROJECT}`;
    const ids = await this.engine.run('podman', ['ps', '--quiet', '--filter', label]);
    return ids.split('\n').filter(Boolean);
  }

  private async addressOf(service: string): Promise<string> {
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    return await this.engine.run('podman', ['inspect', '--format', format, `${PROJECT}-${service}-1`]);
  }

  private logs(): Promise<string> {
    return this.compose('logs', '--tail', '20').catch(String);
  }
}
