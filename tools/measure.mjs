// `npm run bench -- NAME` and `npm run drill -- NAME`
import { bootstrap } from './bootstrap.mjs';
import { findChromium } from './programs/chromium.mjs';

/** Benches of the page. */
const BROWSER_BENCHES = ['paint', 'page-load'];

const [kind, ...args] = process.argv.slice(2);
await bootstrap();
if (BROWSER_BENCHES.some((name) => args.includes(name))) process.env.CHROMIUM_PATH ??= findChromium();
const { runMeasurement } = await import('./local-stack/dist/index.js');
const folder = { bench: '../dist/bench', drill: '../dist/test/drills' }[kind];
const { measurements } = await import(`${folder}/index.js`);
process.exitCode = await runMeasurement(measurements, args);
