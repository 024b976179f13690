// What jest's `--json` says about a run.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../build/files.mjs';

/**
 * The numbers that jest counted, and the names of what failed. A test file that could not be loaded has no tests to count, and counts
 * as a failure.
 * @param {string} file which jest wrote, unless it ended before
 * @param {number | null} code the exit code of jest
 */
export function readSummary(file, code) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, names: ['jest wrote no summary'] };
  const summary = JSON.parse(readFileSync(file, 'utf8'));
  const failed = summary.numFailedTests + summary.numRuntimeErrorTestSuites;
  const names = summary.testResults.flatMap(namesOfFailures);
  if (code !== 0 && failed === 0) names.push(`jest ended with ${code}`);
  return {
    passed: summary.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: summary.numPendingTests + summary.numTodoTests,
    names,
  };
}

function namesOfFailures({ name, status, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((each) => each.status === 'failed');
  if (status === 'failed' && failed.length === 0) return [`${file} (the file itself)`];
  return failed.map(({ fullName }) => `${file}: ${fullName}`);
}
