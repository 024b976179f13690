import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** ELOOP: a link in place of the file; ENXIO, EISDIR: no regular file. */
const REFUSED: ReadonlySet<string | undefined> = new Set(['ELOOP', 'ENXIO', 'EISDIR', 'ENAMETOOLONG']);
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR']);

/**
 * Opens a regular file below the folder `names[0]`, which is in `folder`. A link is followed if it stays below that.
 * @returns why it was not opened, otherwise the file, which the caller closes
 */
export async function openBeside(
  folder: string,
  names: readonly [string, ...string[]],
): Promise<FileHandle | 'missing' | 'refused'> {
  try {
    const root = join(await realpath(folder), names[0]);
    const path = await realpath(join(root, ...names.slice(1)));
    if (!path.startsWith(root + sep)) return 'refused';
    // Without waiting for the writer of a pipe.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return 'refused';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (ABSENT.has(code)) return 'missing';
    if (REFUSED.has(code)) return 'refused';
    throw error;
  }
}
