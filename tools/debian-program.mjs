// Finds a program that tests need: on PATH, else by installing Debian's package where that may be done.
import { spawnSync } from 'node:child_process';

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Debian keeps servers where the PATH of ordinary users does not look. */
const PATH = [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].join(':');

function onPath(name) {
  const { status, stdout } = spawnSync('which', [name], { encoding: 'utf8', env: { ...process.env, PATH } });
  return status === 0 ? stdout.trim() : undefined;
}

function install(packageName, purpose) {
  if (process.getuid?.() !== 0 || !succeeds('apt-get', ['--version'])) return;
  console.error(`Installing ${packageName} for ${purpose} (once)…`);
  succeeds('apt-get', ['update', '-qq']);
  succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', packageName]);
}

/**
 * Path of a program, or undefined after saying loudly that the tests which need it are skipped.
 * @param configured the value of the environment variable `key`, which names a path of its own
 */
export function findProgram({ name, packageName, key, configured, purpose }) {
  if (configured) return configured;
  if (!onPath(name)) install(packageName, purpose);
  const path = onPath(name);
  if (path) return path;
  console.error(
    `\n*** NO ${packageName.toUpperCase()}: ${purpose} are SKIPPED. Install ${packageName} or set ${key}. ***\n`,
  );
  return undefined;
}
