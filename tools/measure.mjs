// `npm run bench -- NAME` and `npm run drill -- NAME`
import { bootstrap } from './bootstrap.mjs';

const [kind, ...args] = process.argv.slice(2);
await bootstrap();
const { runMeasurement } = await import('./local-stack/dist/index.js');
const folder = { bench: '../dist/bench', drill: '../dist/test/drills' }[kind];
const { measurements } = await import(`${folder}/index.js`);
process.exitCode = await runMeasurement(measurements, args);
