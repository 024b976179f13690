import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The root of the checkout. */
export const root = join(import.meta.dirname, '../..');
/** Folders that git ignores, and its own. */
const SKIPPED: ReadonlySet<string> = new Set([
  'node_modules',
  'dist',
  '.git',
  '.data',
  '.artefacts',
  'coverage',
]);

/** The paths of all files below a folder of the repository, from its root; without generated and installed ones. */
export async function filesBelow(folder = ''): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const nested = entries.map((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesBelow(path);
    return [path];
  });
  return (await Promise.all(nested)).flat();
}
