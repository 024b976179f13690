// `npm run bench -- NAME` and `npm run drill -- NAME`
import { bootstrap } from './bootstrap.mjs';
import { findChromium } from './programs/chromium.mjs';
import { findProgram } from './programs/debian-program.mjs';
import { findFaketime } from './programs/faketime.mjs';

/** Benches of the page. */
const BROWSER_BENCHES = ['paint', 'page-load'];

const [kind, ...args] = process.argv.slice(2);
await bootstrap();
if (BROWSER_BENCHES.some((name) => args.includes(name))) process.env.CHROMIUM_PATH ??= findChromium();
if (args.includes('cluster')) setPrograms({ HAPROXY_PATH: findHaproxy(), FAKETIME_LIBRARY: findFaketime() });
const { runMeasurement } = await import('./local-stack/dist/index.js');
const folder = { bench: '../dist/bench', drill: '../dist/test/drills' }[kind];
const { measurements } = await import(`${folder}/index.js`);
process.exitCode = await runMeasurement(measurements, args);

function findHaproxy() {
  const purpose = 'the proxies of drill cluster';
  const configured = process.env.HAPROXY_PATH;
  return findProgram({ name: 'haproxy', packageName: 'haproxy', key: 'HAPROXY_PATH', configured, purpose });
}

/** Without the programs that are not available. */
function setPrograms(paths) {
  for (const [key, path] of Object.entries(paths)) if (path) process.env[key] = path;
}
