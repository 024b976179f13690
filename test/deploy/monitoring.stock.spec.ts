import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '@discord-relay/local-stack';
import { filesIn, MONITORING, ruleFiles } from '../support/monitoring/monitoring-files.js';

const run = promisify(execFile);
/** Only for a machine that is very busy; the slowest file takes seconds. */
const LIMIT_MS = 300_000;

/** The program that `npm test` found; it reports that it is missing. */
const promtool = process.env.PROMTOOL_PATH;
const describeWithPromtool = promtool ? describe : describe.skip;

describeWithPromtool('the rules under promtool', () => {
  const tool = (...args: string[]) => run(promtool!, args, { cwd: repositoryRoot });

  it(
    'the rules and the configuration of Prometheus are valid',
    async () => {
      const { stdout } = await tool('check', 'rules', ...ruleFiles());
      expect(stdout.match(/SUCCESS/g)).toHaveLength(ruleFiles().length);
    },
    LIMIT_MS,
  );

  it.each(filesIn(`${MONITORING}/prometheus/tests`))(
    'the rules pass %s',
    async (file) => {
      const { stdout } = await tool('test', 'rules', join(repositoryRoot, file));
      expect(stdout).toContain('SUCCESS');
    },
    LIMIT_MS,
  );
});
