// Provides what a fresh clone needs to run anything: the right Node.js, the dependencies, the compiled sources.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const MINIMUM = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return;
  console.error(`Node.js ${MINIMUM.join('.')} or newer is needed; this is ${process.versions.node}.`);
  process.exit(78);
}

function installed() {
  const marker = join(root, 'node_modules/.package-lock.json');
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function install() {
  console.error('Installing dependencies (once; about a minute)…');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund'];
  const { status } = spawnSync(npm, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error('npm ci failed; its messages are above.');
  process.exit(status ?? 1);
}

/**
 * Under `npm run`, ends this process as SIGTERM would once npm's shell is gone: npm forwards SIGTERM to that shell, which exits
 * without forwarding it.
 */
function stopWithShell() {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  setInterval(() => {
    if (process.ppid !== shell) process.kill(process.pid, 'SIGTERM');
  }, 250).unref();
}

/** Installs and builds what is missing or out of date. Writes to stderr only. */
export async function bootstrap() {
  checkNode();
  stopWithShell();
  if (!installed()) install();
  const { build } = await import('./build.mjs');
  const started = performance.now();
  const written = await build();
  if (written > 0)
    console.error(`Built ${written} files in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}
