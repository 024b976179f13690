import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import { readSummary } from './summary.mjs';

describe('the summary of a run of jest', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'relay-summary-'))));
  afterEach(() => rmSync(dir, { recursive: true }));

  const fileOf = (failedTests: number, brokenFiles: number, testResults: object[]) => {
    const file = join(dir, 'summary.json');
    const counts = { numPassedTests: 2, numFailedTests: failedTests, numRuntimeErrorTestSuites: brokenFiles };
    writeFileSync(file, JSON.stringify({ ...counts, numPendingTests: 1, numTodoTests: 0, testResults }));
    return file;
  };
  const resultOf = (status: string, ...tests: [string, string][]) => ({
    name: join(repositoryRoot, 'apps/some.spec.ts'),
    status,
    assertionResults: tests.map(([testStatus, fullName]) => ({ status: testStatus, fullName })),
  });

  it('the summary of a run names every test that failed, and no other', () => {
    const file = fileOf(1, 0, [
      resultOf('failed', ['passed', 'a first test'], ['failed', 'a second test']),
      resultOf('passed', ['passed', 'a third test']),
    ]);
    expect(readSummary(file, 1)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 1,
      names: ['apps/some.spec.ts: a second test'],
    });
  });

  it('the summary of a run counts and names a file that could not be loaded', () => {
    expect(readSummary(fileOf(0, 1, [resultOf('failed')]), 1)).toMatchObject({
      failed: 1,
      names: ['apps/some.spec.ts (the file itself)'],
    });
  });

  it('the summary of a run is a failure when jest ends with an error or writes nothing', () => {
    expect(readSummary(fileOf(0, 0, []), 1)).toMatchObject({ failed: 1, names: ['jest ended with 1'] });
    expect(readSummary(join(dir, 'absent.json'), null)).toMatchObject({ passed: 0, failed: 1 });
  });
});
