// A real Chromium for the browser tests: CHROMIUM_PATH, one on PATH, otherwise Debian's package if it may be installed.
import { spawnSync } from 'node:child_process';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function onPath() {
  return NAMES.find((name) => succeeds(name, ['--version']));
}

function install() {
  if (process.getuid?.() !== 0 || !succeeds('apt-get', ['--version'])) return;
  console.error('Installing chromium for the browser tests (once)…');
  succeeds('apt-get', ['update', '-qq']);
  succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
}

/** Command or path of a browser; undefined after a clear message that browser tests are skipped. */
export function findChromium() {
  const configured = process.env.CHROMIUM_PATH;
  if (configured) return configured;
  if (!onPath()) install();
  const name = onPath();
  if (name) return spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim() || name;
  console.error(
    '\n*** NO CHROMIUM: the browser tests are SKIPPED. Install chromium or set CHROMIUM_PATH. ***\n',
  );
  return undefined;
}
