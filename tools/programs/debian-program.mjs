// Finds a program that tests need: on PATH, otherwise by installing Debian's package if that is allowed.
import { spawnSync } from 'node:child_process';

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Debian installs servers, and the networks of podman, in folders that are not on the PATH of ordinary users. */
const PATH = [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/lib/podman'].join(':');

function onPath(name) {
  const { status, stdout } = spawnSync('which', [name], { encoding: 'utf8', env: { ...process.env, PATH } });
  return status === 0 ? stdout.trim() : undefined;
}

const mayInstall = () => process.getuid?.() === 0 && succeeds('apt-get', ['--version']);

function install(packageName, purpose) {
  if (!mayInstall()) return;
  console.error(`Installing ${packageName} for ${purpose} (once)…`);
  succeeds('apt-get', ['update', '-qq']);
  succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', packageName]);
}

/** Whether the package is available, so that a failure must be one of the installation. */
const shouldHaveWorked = (packageName) => mayInstall() && succeeds('apt-cache', ['show', packageName]);

/**
 * Path of a program; undefined after a clear message that the tests which need it are skipped.
 * @param configured the value of the environment variable `key`, a path
 * @throws Error in continuous integration, if the package is available but its installation failed
 */
export function findProgram({ name, packageName, key, configured, purpose }) {
  if (configured) return configured;
  if (!onPath(name)) install(packageName, purpose);
  const path = onPath(name);
  if (path) return path;
  if (process.env.CI === 'true' && shouldHaveWorked(packageName))
    throw new Error(`${packageName} could not be installed, and ${purpose} need it`);
  console.error(
    `\n*** NO ${packageName.toUpperCase()}: ${purpose} are SKIPPED. Install ${packageName} or set ${key}. ***\n`,
  );
  return undefined;
}
