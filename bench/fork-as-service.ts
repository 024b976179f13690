import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot, SERVICE_ENV, SERVICE_NODE_FLAGS } from '@discord-relay/local-stack';

/**
 * Runs a compiled program below dist/bench, even when called from source, with the flags and memory settings of a service,
 * so that its figures can be compared with those of a service.
 */
export const forkAsService = (program: string, args: readonly string[] = []): ChildProcess =>
  fork(join(repositoryRoot, 'dist/bench', program), args, {
    execArgv: [...SERVICE_NODE_FLAGS],
    env: { ...process.env, ...SERVICE_ENV },
  });
