import { cliConfig } from '../../../apps/cli/src/config.js';
import { formatFailure } from '../../../apps/cli/src/format/format-failure.js';
import { buildProgram } from '../../../apps/cli/src/program.js';
import type { RelayAnswer } from './relay-cli.js';

/** Runs a command of `relay` with these configuration keys in this process, which starts in no time. */
export async function relayInProcess(
  env: Record<string, string>,
  args: readonly string[],
): Promise<RelayAnswer> {
  const answer: RelayAnswer = { code: 0, stdout: '', stderr: '' };
  const program = buildProgram(() => cliConfig(env), {
    out: (text) => (answer.stdout += `${text}\n`),
    fail: () => (answer.code = 1),
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    answer.code = 1;
    answer.stderr = formatFailure(error);
  }
  return answer;
}
