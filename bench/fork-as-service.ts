import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot, SERVICE_ENV, SERVICE_NODE_FLAGS } from '@discord-relay/local-stack';

/**
 * Runs a built program of this folder, also for those that run from source, with the flags and the memory settings of a
 * service: to be compared with one.
 */
export const forkAsService = (program: string, args: readonly string[] = []): ChildProcess =>
  fork(join(repositoryRoot, 'dist/bench', program), args, {
    execArgv: [...SERVICE_NODE_FLAGS],
    env: { ...process.env, ...SERVICE_ENV },
  });
