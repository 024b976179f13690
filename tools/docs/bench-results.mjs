// The recorded runs of benches: a JSON file for each in bench/results.
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RESULTS, withRun } from './benchmarks.mjs';

const fileOf = (root, name) => join(root, RESULTS, `${name}.json`);

/** @returns {Promise<import('./benchmarks.mjs').Result[]>} by name */
export async function readResults(root) {
  const files = (await readdir(join(root, RESULTS)).catch(() => [])).filter((file) => file.endsWith('.json'));
  const texts = files.sort().map((file) => readFile(join(root, RESULTS, file), 'utf8'));
  return (await Promise.all(texts)).map((text) => JSON.parse(text));
}

/** The commit that is checked out, with a plus sign if files differ from it. */
function commitOf(root) {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const differs = git('status', '--porcelain', '--untracked-files=no', '--', `:!${RESULTS}`, ':!docs') !== '';
  return `${git('rev-parse', '--short=8', 'HEAD')}${differs ? '+' : ''}`;
}

/**
 * Adds the report of a run to the results of its bench.
 * @param {number} atMs when it ended, milliseconds since the Unix epoch
 * @throws Error outside a checkout of git
 */
export async function recordRun(root, report, { rounds, atMs }) {
  const { name, figures, required, ok, machine, seed } = report;
  const options = [...(rounds === undefined ? [] : [`--rounds ${rounds}`]), `--seed ${seed}`];
  const command = `npm run bench -- ${name} ${options.join(' ')}`;
  const run = {
    date: new Date(atMs).toISOString(),
    commit: commitOf(root),
    command,
    machine,
    figures,
    required,
    ok,
  };
  const known = (await readResults(root)).find((each) => each.name === name) ?? { name, runs: [] };
  await mkdir(join(root, RESULTS), { recursive: true });
  await writeFile(fileOf(root, name), `${JSON.stringify(withRun(known, run), null, 2)}\n`);
}
