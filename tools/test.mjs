// `npm test`: sets everything up, runs jest against real servers, prints one line at the end.
// Further arguments go to jest, for example: npm test -- --selectProjects unit
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { findChromium } from './chromium.mjs';

await bootstrap();
const { PostgresServer } = await import('./local-stack/dist/index.js');
const work = mkdtempSync(join(tmpdir(), 'relay-test-'));
const chromium = findChromium();
const postgres = await PostgresServer.start({
  dir: join(work, 'postgres'),
  password: randomBytes(12).toString('hex'),
  fsync: false,
});

const summaryFile = join(work, 'summary.json');
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings=ExperimentalWarning',
    createRequire(import.meta.url).resolve('jest/bin/jest'),
    '--json',
    `--outputFile=${summaryFile}`,
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DATABASE_URL: postgres.url, ...(chromium && { CHROMIUM_PATH: chromium }) },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill('SIGTERM'));
const code = await new Promise((resolve) => jest.on('close', resolve));
await postgres.stop();

let { passed, failed, skipped } = { passed: 0, failed: 1, skipped: 0 };
try {
  const summary = JSON.parse(readFileSync(summaryFile, 'utf8'));
  passed = summary.numPassedTests;
  // A test file that could not be loaded has no tests to count, and is a failure all the same.
  failed = summary.numFailedTests + summary.numRuntimeErrorTestSuites;
  skipped = summary.numPendingTests + summary.numTodoTests;
} catch (error) {
  console.error(`jest left no summary: ${error.message}`);
}
rmSync(work, { recursive: true, force: true });
if (code !== 0 && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
