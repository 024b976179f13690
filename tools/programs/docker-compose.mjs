// docker-compose for the checks of docker-compose.yml: DOCKER_COMPOSE_PATH, or one that is installed, otherwise that of a Debian
// release, unpacked into the cache.
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The oldest version that knows `content` of `configs`. */
const OLDEST = [2, 23];
const SUITE = 'trixie';
const PLUGIN = 'usr/libexec/docker/cli-plugins/docker-compose';
const PLUGINS = ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'].map((folder) =>
  join(folder, 'docker/cli-plugins/docker-compose'),
);

function isUsable(program) {
  const { status, stdout } = spawnSync(program, ['version', '--short'], { encoding: 'utf8' });
  const [major, minor] = (stdout ?? '').replace(/^v/, '').split('.').map(Number);
  return status === 0 && (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]));
}

async function download(path, unpackDebianPackage) {
  const work = await mkdtemp(join(tmpdir(), 'relay-docker-compose-'));
  try {
    const unpacked = await unpackDebianPackage({ name: 'docker-compose', suite: SUITE }, work);
    await mkdir(dirname(path), { recursive: true });
    await copyFile(join(unpacked, PLUGIN), `${path}.${process.pid}`);
    await rename(`${path}.${process.pid}`, path);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Path of the program; undefined after a clear message that the checks of docker-compose.yml are skipped. */
export async function findDockerCompose() {
  // Compiled by then: bootstrap.mjs has run.
  const { cacheDir, unpackDebianPackage } = await import('../local-stack/dist/index.js');
  const configured = process.env.DOCKER_COMPOSE_PATH;
  if (configured) return configured;
  const cached = join(cacheDir(process.env.XDG_CACHE_HOME), `docker-compose-${SUITE}-${process.arch}`);
  const found = ['docker-compose', ...PLUGINS, cached].find(isUsable);
  if (found) return found;
  try {
    console.error('Downloading docker-compose for the checks of docker-compose.yml (12 MB, once)…');
    await download(cached, unpackDebianPackage);
    if (!isUsable(cached)) throw new Error('it does not run on this machine');
    return cached;
  } catch (error) {
    console.error(
      `\n*** NO DOCKER-COMPOSE: the checks of docker-compose.yml are SKIPPED. Set DOCKER_COMPOSE_PATH. ***\n${error.message}\n`,
    );
    return undefined;
  }
}
