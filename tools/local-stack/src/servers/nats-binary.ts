import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { arch, homedir, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const RELEASE = '2.15.1';
const MINIMUM: readonly [number, number] = [2, 14];
const RELEASES_URL = `https://github.com/nats-io/nats-server/releases/download/v${RELEASE}`;

export type Progress = (line: string) => void;

/** Folder for downloaded servers, shared by all checkouts of this user. */
export const cacheDir = (xdgCacheHome?: string): string =>
  join(xdgCacheHome ?? join(homedir(), '.cache'), 'discord-relay');

/** Parses `nats-server: v2.10.27`. */
export function parseNatsVersion(output: string): readonly [number, number] | undefined {
  const match = /v(\d+)\.(\d+)\./.exec(output);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

async function usable(path: string): Promise<boolean> {
  try {
    const version = parseNatsVersion((await run(path, ['--version'])).stdout);
    return (
      version !== undefined &&
      (version[0] > MINIMUM[0] || (version[0] === MINIMUM[0] && version[1] >= MINIMUM[1]))
    );
  } catch {
    return false; // missing, or not for this machine: the next source is tried
  }
}

/**
 * Finds a nats-server that runs on this machine: on PATH, in the cache, from the official release (checked against its published
 * SHA-256), or from Debian's package, unpacked without root. A download is tested before it is cached.
 * @throws Error with every source's failure; the abort reason when `signal` aborts
 */
export async function findNatsServer(
  cache: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  if (await usable('nats-server')) return 'nats-server';
  const cached = join(cache, `nats-server-${platform()}-${arch()}`);
  if (await usable(cached)) return cached;
  const failures: string[] = [];
  for (const [name, fetchInto] of [
    [`the official release v${RELEASE}`, fromRelease],
    ['the Debian package', fromDebian],
  ] as const) {
    progress(`downloading nats-server from ${name} (about 5 MB, once)…`);
    const work = await mkdtemp(join(tmpdir(), 'relay-nats-'));
    try {
      const binary = await fetchInto(work, signal);
      if (!(await usable(binary))) throw new Error('it does not run on this machine');
      await keep(binary, cached);
      return cached;
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(`${name}: ${firstLine(error)}`);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  throw new Error(
    `no nats-server >= ${MINIMUM.join('.')} is available (${failures.join('; ')}); put one on PATH or set NATS_URL`,
  );
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!;

async function keep(binary: string, cached: string): Promise<void> {
  await mkdir(join(cached, '..'), { recursive: true });
  const partial = `${cached}.${process.pid}`;
  await copyFile(binary, partial);
  await chmod(partial, 0o755);
  await rename(partial, cached);
}

async function download(url: string, signal?: AbortSignal): Promise<Buffer> {
  const limit = AbortSignal.timeout(60_000);
  const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, limit]) : limit });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function fromRelease(work: string, signal?: AbortSignal): Promise<string> {
  const os = platform();
  if (os !== 'linux' && os !== 'darwin') throw new Error(`no archive for ${os}`);
  const name = `nats-server-v${RELEASE}-${os}-${arch() === 'x64' ? 'amd64' : arch()}`;
  const sums = (await download(`${RELEASES_URL}/SHA256SUMS`, signal)).toString('utf8');
  const expected = sums
    .split('\n')
    .find((line) => line.endsWith(`${name}.tar.gz`))
    ?.split(/\s+/)[0];
  const archive = await download(`${RELEASES_URL}/${name}.tar.gz`, signal);
  if (createHash('sha256').update(archive).digest('hex') !== expected) throw new Error('checksum mismatch');
  await writeFile(join(work, 'nats.tar.gz'), archive);
  await run('tar', ['-xzf', 'nats.tar.gz'], { cwd: work });
  return join(work, name, 'nats-server');
}

/** The Debian archive in apt's sources, in either of their formats; undefined if there is none. */
export function debianArchive(sources: string): string | undefined {
  return /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(https?:\/\/\S+\/debian\/?)(?=\s|$)/m.exec(sources)?.[1];
}

async function aptSources(): Promise<string> {
  const folder = '/etc/apt/sources.list.d';
  const parts = existsSync(folder) ? (await readdir(folder)).map((name) => join(folder, name)) : [];
  const files = ['/etc/apt/sources.list', ...parts].filter((path) => existsSync(path));
  return (await Promise.all(files.map((path) => readFile(path, 'utf8')))).join('\n');
}

/** Downloads Debian's package with apt, in separate folders: needs no root and installs nothing. */
async function fromDebian(work: string, signal?: AbortSignal): Promise<string> {
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const archive = debianArchive(await aptSources());
  if (!existsSync(keyring) || !archive) throw new Error('this is not Debian');
  for (const dir of ['lists/partial', 'archives/partial']) await mkdir(join(work, dir), { recursive: true });
  await writeFile(join(work, 'sources.list'), `deb [signed-by=${keyring}] ${archive} sid main\n`);
  await writeFile(join(work, 'status'), '');
  const config = [
    `Dir::Etc::sourcelist "${work}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    `Dir::State "${work}";`,
    `Dir::State::status "${work}/status";`,
    `Dir::Cache "${work}";`,
    'APT::Sandbox::User "";',
  ];
  await writeFile(join(work, 'apt.conf'), config.join('\n'));
  const apt = {
    cwd: work,
    signal,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', APT_CONFIG: join(work, 'apt.conf') },
  };
  await run('apt-get', ['update', '-qq'], apt);
  await run('apt-get', ['download', '-qq', 'nats-server'], apt);
  const deb = (await readdir(work)).find((name) => name.endsWith('.deb'));
  if (!deb) throw new Error('apt-get download produced no package');
  await run('dpkg', ['-x', deb, 'unpacked'], { cwd: work });
  return join(work, 'unpacked/usr/sbin/nats-server');
}
