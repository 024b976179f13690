#!/usr/bin/env node
import { ConfigError, EXIT_CONFIG, redact } from '@discord-relay/platform';
import { cliConfig } from './config.js';
import { buildProgram } from './program.js';
import { escapeControlsInLines } from './format/escape-controls.js';

const program = buildProgram(() => cliConfig(process.env), {
  out: (text) => process.stdout.write(`${text}\n`),
  fail: () => {
    process.exitCode = 1;
  },
});

try {
  await program.parseAsync();
} catch (error) {
  const reason = error instanceof ConfigError ? error.problems.join('\n') : String(error);
  process.stderr.write(`${escapeControlsInLines(redact(reason))}\n`);
  process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : 1;
}
