import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@discord-relay/platform/config';
import { commandLineOf } from './process/child.js';

/** Subfolders of the stack's data folder. */
const FOLDERS = ['nats', 'postgres', 'logs'];

/** Part of the command line of every `npm start`. */
const PROGRAM = 'start.mjs';

const REASONS: Record<string, string> = {
  EEXIST: 'is a file',
  ENOTDIR: 'is, or is below, a file',
  EACCES: 'cannot be written by this user',
  EPERM: 'cannot be written by this user',
  EROFS: 'is on a read-only file system',
  ENOSPC: 'is on a full disk',
  EDQUOT: 'is over a disk quota',
  ELOOP: 'is a symbolic link to itself',
  ENAMETOOLONG: 'has too long a name',
};

const refusal = (path: string, reason: string): ConfigError =>
  new ConfigError([`DATA_DIR: ${path} ${reason}; set DATA_DIR to a folder that can be written`]);

/**
 * Creates the folder, checks that it can be used, and reserves it for this process. Returns a function that releases it.
 * @throws ConfigError when it cannot be used, or another `npm start` uses it
 */
export async function reserveDataDir(dataDir: string): Promise<() => Promise<void>> {
  const lock = join(dataDir, 'stack.lock');
  try {
    for (const path of [dataDir, ...FOLDERS.map((name) => join(dataDir, name))])
      await mkdir(path, { recursive: true });
    await createLock(dataDir, lock);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code = 'unknown', path = dataDir } = error as NodeJS.ErrnoException;
    throw refusal(path, REASONS[code] ?? `cannot be used (${code})`);
  }
  return () => rm(lock, { force: true });
}

async function createLock(dataDir: string, lock: string): Promise<void> {
  // Removes the reservation of a killed stack once; if it is taken again afterwards, another process was faster.
  for (let attempt = 0; ; attempt++) {
    try {
      return await writeFile(lock, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if ((await stat(lock)).isDirectory()) throw refusal(lock, 'is a folder');
    const owner = Number(await readFile(lock, 'utf8'));
    if (attempt > 0 || isRunning(owner))
      throw new ConfigError([
        `DATA_DIR: ${dataDir} is in use by process ${owner}; stop it, or set another DATA_DIR`,
      ]);
    await rm(lock, { force: true });
  }
}

const isRunning = (pid: number): boolean =>
  Number.isInteger(pid) && pid > 0 && pid !== process.pid && (commandLineOf(pid)?.includes(PROGRAM) ?? false);
