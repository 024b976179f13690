// `npm test`: sets everything up, runs jest against real servers, prints one line at the end.
// Arguments go to jest, for example: npm test -- --selectProjects unit
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { readSummary } from './jest/summary.mjs';
import { findChromium } from './programs/chromium.mjs';
import { findFaketime } from './programs/faketime.mjs';
import { findProgram } from './programs/debian-program.mjs';
import { findKubernetesTools } from './programs/kubernetes-tools.mjs';

/** Runs jest to its end; a signal to this process, or its end, stops it. Returns its exit code. */
async function runJest(jestArgs, env, summaryFile) {
  const jestBin = createRequire(import.meta.url).resolve('jest/bin/jest');
  // Loading the modules of a worker creates much garbage at once; while all cores are busy, other threads collect it no sooner.
  const flags = ['--max-semi-space-size=64', '--single-threaded-gc'];
  const args = [...flags, jestBin, '--json', `--outputFile=${summaryFile}`, ...jestArgs];
  const jest = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env });
  const { endWithParent } = await import('./local-stack/dist/index.js');
  endWithParent(jest, { signal: 'SIGTERM', timeoutMs: 5_000 });
  const forward = () => jest.kill('SIGTERM');
  process.on('SIGINT', forward).on('SIGTERM', forward);
  return await new Promise((resolve) => jest.on('close', resolve));
}

/** Programs of Debian packages that some tests need, with their purpose. */
const PROGRAMS = {
  pgbouncer: 'the tests behind a pooler',
  nginx: 'the tests behind nginx',
  haproxy: 'the tests behind HAProxy',
  prometheus: 'the tests of alerts and dashboards',
  promtool: 'the tests of alerts and dashboards',
};

/** Packages that are not named like their program. */
const PACKAGES = { promtool: 'prometheus' };

/** Their paths, as `NGINX_PATH` and the like; programs that are not available are omitted. */
function findPrograms() {
  const found = Object.entries(PROGRAMS).map(([name, purpose]) => {
    const key = `${name.toUpperCase()}_PATH`;
    const packageName = PACKAGES[name] ?? name;
    return [key, findProgram({ name, packageName, key, configured: process.env[key], purpose })];
  });
  return Object.fromEntries(found.filter(([, path]) => path !== undefined));
}

/** Starts a Postgres for this run, passes it to jest as `DATABASE_URL`, and runs jest. */
async function runWithPostgres(jestArgs, work, summaryFile) {
  const { PostgresServer } = await import('./local-stack/dist/index.js');
  const chromium = findChromium();
  const programs = findPrograms();
  const faketime = findFaketime();
  const kubernetes = runsStock(jestArgs) ? findKubernetesTools() : {};
  const password = randomBytes(12).toString('hex');
  // Four test files at a time, each with the pools of a whole stack.
  const limits = { fsync: false, maxConnections: 300 };
  const postgres = await PostgresServer.start({ dir: join(work, 'postgres'), password, ...limits });
  try {
    const browser = chromium && { CHROMIUM_PATH: chromium };
    const clock = faketime && { FAKETIME_LIBRARY: faketime };
    const found = { ...browser, ...programs, ...clock, ...kubernetes };
    const env = { ...process.env, DATABASE_URL: postgres.url, ...found };
    return await runJest(jestArgs, env, summaryFile);
  } finally {
    await postgres.stop();
  }
}

/** Without the specs that have scripts of their own: test:faults, test:stock and test:measure. */
const WITHOUT_ARGUMENTS = ['--selectProjects', 'unit', 'integration', 'e2e'];

/** Whether specs with servers run: not for `npm run test:unit`, or `npm test -- --selectProjects unit`. */
function needsServers(args) {
  const at = args.indexOf('--selectProjects');
  const projects = ['integration', 'e2e', 'faults', 'stock', 'measure'];
  return at === -1 || args.slice(at + 1).some((arg) => projects.includes(arg));
}

/** Whether specs with third-party programs may run. */
function runsStock(args) {
  return !args.includes('--selectProjects') || args.includes('stock');
}

await bootstrap();
const work = mkdtempSync(join(tmpdir(), 'relay-test-'));
const summaryFile = join(work, 'summary.json');
let result;
try {
  const args = process.argv.length > 2 ? process.argv.slice(2) : WITHOUT_ARGUMENTS;
  const code = needsServers(args)
    ? await runWithPostgres(args, work, summaryFile)
    : await runJest(args, process.env, summaryFile);
  result = readSummary(summaryFile, code);
} finally {
  rmSync(work, { recursive: true, force: true });
}
const { passed, failed, skipped, names } = result;
for (const name of names) console.log(`FAILED: ${name}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
