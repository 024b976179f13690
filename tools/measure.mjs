// `npm run bench -- NAME` and `npm run drill -- NAME`; `npm run bench` runs every bench, one after another, and records all.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bootstrap, root } from './bootstrap.mjs';
import { recordRun } from './docs/bench-results.mjs';
import { findChromium } from './programs/chromium.mjs';
import { findProgram } from './programs/debian-program.mjs';
import { findFaketime } from './programs/faketime.mjs';

/** Benches of the page. */
const BROWSER_BENCHES = ['paint', 'page-load'];

const [kind, ...args] = process.argv.slice(2);
await bootstrap();
if (BROWSER_BENCHES.some((name) => args.includes(name))) process.env.CHROMIUM_PATH ??= findChromium();
if (args.includes('cluster')) setPrograms({ HAPROXY_PATH: findHaproxy(), FAKETIME_LIBRARY: findFaketime() });
const { endWithParent, namesNone, runMeasurement } = await import('./local-stack/dist/index.js');
const { wallClockMs } = await import('@discord-relay/platform');
const folder = { bench: '../dist/bench', drill: '../dist/test/drills' }[kind];
const { measurements } = await import(`${folder}/index.js`);
const isBench = kind === 'bench';
const record = isBench
  ? (report, rounds) => recordRun(root, report, { rounds, atMs: wallClockMs() })
  : undefined;
process.exitCode =
  isBench && namesNone(args) ? await runAll() : await runMeasurement(measurements, args, record);

function findHaproxy() {
  const purpose = 'the proxies of drill cluster';
  const configured = process.env.HAPROXY_PATH;
  return findProgram({ name: 'haproxy', packageName: 'haproxy', key: 'HAPROXY_PATH', configured, purpose });
}

/** Without the programs that are not available. */
function setPrograms(paths) {
  for (const [key, path] of Object.entries(paths)) if (path) process.env[key] = path;
}

/** Each in a process of its own, as alone. Returns the worst exit code. */
async function runAll() {
  const codes = [];
  for (const { name } of measurements) codes.push(await runOne(name));
  return Math.max(...codes);
}

async function runOne(name) {
  const recording = args.includes('--busy') || args.includes('--record') ? [] : ['--record'];
  const program = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [program, kind, name, ...args, ...recording], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  endWithParent(child, { signal: 'SIGTERM', timeoutMs: 60_000 });
  const [code] = await once(child, 'close');
  return code ?? 1;
}
