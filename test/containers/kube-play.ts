import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@discord-relay/local-stack';
import { stringify } from 'yaml';
import { type KubernetesObject, type Pod, podsOf } from '../support/kubernetes/objects.js';
import { podmanObjects, type PodmanObjects } from '../support/kubernetes/podman-pods.js';
import { kustomize, type Tools } from '../support/kubernetes/render.js';
import { signToken } from '../support/stacks/temp-stack.js';
import type { Engine } from './engine.js';
import { imageOf, TARGETS } from './images.js';
import { becomesReady, seesMessage } from './sees-message.js';
import { provideServers } from './stand-ins.js';

const LIMIT_MS = 120_000;
const NETWORK = 'relay-kube-play';
const SERVICES = ['ingestor', 'projector', 'gateway-api'];

/** The pods of the overlay `dev` of k8s/, run by podman from the images that were built before. */
export class PlayedOverlay {
  private readonly objects: PodmanObjects;
  private readonly pods: readonly Pod[];

  private constructor(
    private readonly engine: Engine,
    rendered: readonly KubernetesObject[],
  ) {
    this.objects = podmanObjects(rendered);
    this.pods = podsOf(rendered);
  }

  /** @throws Error if podman has pods, volumes or secrets of these names already; they are not touched */
  static async prepare(engine: Engine, tools: Tools): Promise<PlayedOverlay> {
    const overlay = new PlayedOverlay(engine, kustomize(tools, 'overlays/dev'));
    for (const [kind, names] of overlay.names())
      for (const name of names)
        if (await engine.has(kind, name)) throw new Error(`podman has a ${kind} of the name ${name} already`);
    return overlay;
  }

  /** Starts all pods at once, as Kubernetes does. */
  async play(): Promise<void> {
    const { engine, objects } = this;
    await provideServers(engine, { nats: this.imageOf('nats'), postgres: this.imageOf('postgres') });
    for (const target of TARGETS)
      if (this.hasPod(target)) await engine.run('podman', ['tag', imageOf(target), this.imageOf(target)]);
    await engine.run('podman', ['network', 'create', NETWORK]);
    const dir = await mkdtemp(join(tmpdir(), 'relay-kube-'));
    try {
      for (const { name, data } of objects.secrets) {
        await writeFile(join(dir, name), JSON.stringify(data));
        await engine.run('podman', ['secret', 'create', name, join(dir, name)]);
      }
      const documents = [...objects.configMaps, ...objects.claims, ...objects.pods];
      const file = join(dir, 'pods.yaml');
      await writeFile(file, documents.map((document) => stringify(document)).join('---\n'));
      await engine.run('podman', ['kube', 'play', `--network=${NETWORK}`, file]);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  /** The Job has migrated the database, every service is ready, and a message passes through all of them. */
  async works(): Promise<void> {
    try {
      await this.migrates();
      for (const name of SERVICES) await becomesReady(await this.urlOf(name));
      await seesMessage({
        url: await this.urlOf('gateway-api'),
        simulatorUrl: await this.urlOf('simulator'),
        token: await signToken(this.secret('JWT_SECRET')),
      });
    } catch (error) {
      throw new Error(`${String(error)}\n${await this.logs()}`, { cause: error });
    }
  }

  /** Removes everything that {@link play} creates, as far as it exists. */
  async close(): Promise<void> {
    const { engine, objects } = this;
    for (const [kind, names] of this.names())
      await Promise.all(
        names.map(async (name) => (await engine.has(kind, name)) && (await engine.remove(kind, name))),
      );
    // podman makes a volume of each ConfigMap that is mounted.
    for (const { metadata } of objects.configMaps)
      if (await engine.has('volume', metadata.name)) await engine.remove('volume', metadata.name);
    if (await engine.has('network', NETWORK)) await engine.remove('network', NETWORK);
  }

  private names(): ['pod' | 'volume' | 'secret', string[]][] {
    const { pods, claims, secrets } = this.objects;
    return [
      ['pod', pods.map(({ metadata }) => metadata.name)],
      ['volume', claims.map(({ metadata }) => metadata!.name!)],
      ['secret', secrets.map(({ name }) => name)],
    ];
  }

  private hasPod(name: string): boolean {
    return this.pods.some(({ container }) => container.name === name);
  }

  private containerOf(name: string) {
    return this.pods.find(({ container }) => container.name === name)!.container;
  }

  private imageOf(name: string): string {
    return this.containerOf(name).image!;
  }

  private secret(key: string): string {
    return Buffer.from(this.objects.secrets[0]!.data[key]!, 'base64').toString();
  }

  private async migrates(): Promise<void> {
    await until('the Job to end', LIMIT_MS, async () => {
      const state = await this.engine.run('podman', [
        'inspect',
        '--format',
        '{{.State.Status}} {{.State.ExitCode}}',
        'migrate-migrate',
      ]);
      return state === 'exited 0' || undefined;
    });
  }

  private async urlOf(name: string): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${NETWORK}").IPAddress}}`;
    const infra = await this.engine.run('podman', [
      'pod',
      'inspect',
      '--format',
      '{{.InfraContainerID}}',
      name,
    ]);
    const address = await this.engine.run('podman', ['inspect', '--format', format, infra]);
    return `http://${address}:${this.containerOf(name).ports![0]!.containerPort}`;
  }

  private async logs(): Promise<string> {
    const all = this.pods.map(async ({ container: { name } }) => {
      return `${name}: ${await this.engine.logs(`${name}-${name}`).catch(String)}`;
    });
    return (await Promise.all(all)).join('\n');
  }
}
