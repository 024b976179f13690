import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { arch, homedir, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unpackDebianPackage } from './debian-package.js';

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

async function fromDebian(work: string, signal?: AbortSignal): Promise<string> {
  const unpacked = await unpackDebianPackage({ name: 'nats-server', suite: 'sid' }, work, signal);
  return join(unpacked, 'usr/sbin/nats-server');
}
