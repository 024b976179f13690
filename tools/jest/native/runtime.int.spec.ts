import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

interface Summary {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  testResults: { name: string; message: string }[];
}

const ENDED_SERVICES = JSON.stringify(
  new URL('../../local-stack/src/process/ended-services.ts', import.meta.url).href,
);

/** Line 3 of each file fails, by its name. */
const FILES = {
  'assertion.spec.ts': `type Added = { line: true };
    it('a test passes', () => expect(1 as unknown as Added).toBeTruthy());
    it('a test fails', () => expect(1).toBe(2));`,
  'rejection.spec.ts': `
    it('a test rejects', async () => {
      void Promise.reject(new Error('nobody waits'));
      await new Promise((resolve) => setTimeout(resolve, 10));
    });`,
  'import.spec.ts': `
    it('a test is never run', () => undefined);
    import './absent.js';`,
  'mock.spec.ts': `
    import { jest } from '@jest/globals';
    import { recordEnd } from ${ENDED_SERVICES};
    it('a test sees a service end', () => recordEnd({ port: 1 }));
    it('a test leaves fake timers behind', () => void jest.useFakeTimers().setSystemTime(0));
    it('a test leaves a mock behind', () => void jest.spyOn(Math, 'random').mockReturnValue(2));`,
  'next.spec.ts': `
    import { describeEnds } from ${ENDED_SERVICES};
    it('the next file knows of no service that ended', () => expect(describeEnds()).toBe(''));
    it('the next file has real timers', () => expect(Date.now()).toBeGreaterThan(0));
    it('the next file has no mock', () => expect(Math.random()).toBeLessThan(1));`,
};
const ORDER = ['mock', 'next', 'assertion', 'rejection', 'import'];

describe('test files without a sandbox', () => {
  let folder: string;
  let summary: Summary;

  /** All in one worker, one after another. */
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'relay-native-')));
    for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
    const config = {
      rootDir: folder,
      testRegex: '\\.spec\\.ts$',
      transform: {},
      cacheDirectory: join(folder, 'cache'),
      testEnvironment: join(import.meta.dirname, 'environment.mjs'),
      runtime: join(import.meta.dirname, 'runtime.mjs'),
      testEnvironmentOptions: { customExportConditions: [] },
      testSequencer: join(folder, 'sequencer.cjs'),
    };
    await writeFile(
      join(folder, 'sequencer.cjs'),
      `module.exports = class { sort(tests) { const order = ${JSON.stringify(ORDER)}; const at = ({ path }) =>
        order.indexOf(/([a-z]+)\\.spec/.exec(path)[1]); return [...tests].sort((a, b) => at(a) - at(b)); }
        shard(tests) { return tests; } allFailedTests(tests) { return tests; } cacheResults() {} };`,
    );
    const output = join(folder, 'summary.json');
    const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
    const args = ['--config', JSON.stringify(config), '--runInBand', '--json', `--outputFile=${output}`];
    const child = spawn(process.execPath, [jest, ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [errors] = await Promise.all([text(child.stderr), once(child, 'close')]);
    const written = await readFile(output, 'utf8').catch(() => Promise.reject(new Error(errors)));
    summary = JSON.parse(written) as Summary;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const messageOf = (name: string) =>
    summary.testResults.find((each) => each.name === join(folder, name))!.message;

  it('failed assertions, unhandled rejections and failed imports of test files count', () => {
    expect(summary).toMatchObject({ numPassedTests: 7, numFailedTests: 2, numRuntimeErrorTestSuites: 1 });
    expect(messageOf('rejection.spec.ts')).toContain('nobody waits');
    expect(messageOf('import.spec.ts')).toContain('absent.js');
  });

  it('a failed test is reported with its line in the source', () => {
    expect(messageOf('assertion.spec.ts')).toMatch(/assertion\.spec\.ts:3:\d+/);
    expect(messageOf('rejection.spec.ts')).toMatch(/rejection\.spec\.ts:3:\d+/);
  });

  it('mocks and fake timers end with their test file', () => {
    expect(messageOf('next.spec.ts')).toBe('');
  });
});
