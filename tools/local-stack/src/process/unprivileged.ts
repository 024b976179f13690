import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NOBODY = 65_534;

export interface Unprivileged {
  /** Arguments before the command. */
  prefix: readonly string[];
  uid?: number;
  gid?: number;
}

/**
 * How to start a program that refuses to run as root. An ordinary user needs no prefix. Root gets a user namespace, in which root's
 * files stay readable although the program runs as `nobody`, or, where namespaces are forbidden, the user `nobody`, who must be
 * able to reach every folder.
 * @throws Error that names the folder that `nobody` cannot reach
 */
export async function unprivileged(folders: readonly string[]): Promise<Unprivileged> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const prefix = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'];
  if (await succeeds(prefix[0]!, [...prefix.slice(1), 'true'])) return { prefix };
  for (const folder of folders) {
    await mkdir(folder, { recursive: true });
    const closed = await firstClosedParent(folder);
    if (closed) {
      throw new Error(
        `Postgres does not run as root, and other users cannot enter ${closed}; start as an ordinary user, or set DATA_DIR or DATABASE_URL`,
      );
    }
  }
  return { prefix: [], uid: NOBODY, gid: NOBODY };
}

const succeeds = (command: string, args: readonly string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );

async function firstClosedParent(folder: string): Promise<string | undefined> {
  for (let dir = resolve(folder); ; dir = dirname(dir)) {
    if (((await stat(dir)).mode & constants.S_IXOTH) === 0) return dir;
    if (dir === dirname(dir)) return undefined;
  }
}
