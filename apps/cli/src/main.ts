#!/usr/bin/env node
import { ConfigError, EXIT_CONFIG } from '@discord-relay/platform';
import { cliConfig } from './config.js';
import { buildProgram } from './program.js';
import { formatFailure } from './format/format-failure.js';

const program = buildProgram(() => cliConfig(process.env), {
  out: (text) => process.stdout.write(`${text}\n`),
  fail: () => {
    process.exitCode = 1;
  },
  progress: (line) => process.stderr.write(`${line}\n`),
});

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${formatFailure(error)}\n`);
  process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : 1;
}
