import { cp, mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from '../build/files.mjs';

const CONFIGURATION = ['nest-cli.json', 'package.json', 'tsconfig.json', 'tsconfig.build.json', '.swcrc'];
const isCopied = (path) => !['node_modules', 'dist', '.data'].includes(basename(path));

/** The projects of nest-cli.json, each with its name. */
export async function nestProjects() {
  const { projects } = JSON.parse(await readFile(join(root, 'nest-cli.json'), 'utf8'));
  return Object.entries(projects).map(([name, project]) => ({ name, ...project }));
}

/**
 * A temporary copy of these projects in which the Nest CLI may write. It shares the installed dependencies, and so the compiled
 * libraries, with the repository.
 */
export async function copyWorkspace(projects) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'relay-nest-')));
  for (const file of CONFIGURATION) await cp(join(root, file), join(folder, file));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { root: project } of projects) {
    await cp(join(root, project), join(folder, project), { recursive: true, filter: isCopied });
    const modules = join(root, project, 'node_modules');
    if (existsSync(modules)) await symlink(modules, join(folder, project, 'node_modules'));
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
