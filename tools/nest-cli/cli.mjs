import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

const COMMAND_LIMIT_MS = 120_000;

/** Runs programs of the copy, without any setting of this process. */
export class NestCli {
  #program;
  #folder;
  #running = new Set();

  constructor(program, folder) {
    this.#program = program;
    this.#folder = folder;
  }

  /** Runs a command of the Nest CLI to its end. */
  run(...args) {
    return finished(this.start({}, ...args));
  }

  /** Runs a compiled program to its end, as `nest start` does. */
  runProgram(file, ...args) {
    return finished(this.#spawn([file, ...args], {}));
  }

  /** Starts a command of the Nest CLI and leaves it running. */
  start(env, ...args) {
    return this.#spawn([this.#program.nest, ...args], env);
  }

  /** Ends the commands that still run. */
  stopAll() {
    for (const child of this.#running) interrupt(child);
  }

  #spawn(args, env) {
    const { HOME, PATH } = process.env;
    const child = spawn(this.#program.node, args, {
      cwd: this.#folder,
      env: { HOME, PATH: `${dirname(this.#program.node)}:${PATH}`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A separate process group, as in a terminal; `nest start` has a shell between itself and the program.
      detached: true,
    });
    this.#running.add(child);
    child.on('close', () => this.#running.delete(child));
    return child;
  }
}

/** Does what Ctrl-C does in a terminal: every process of the group gets the signal. */
export function interrupt(child, signal = 'SIGINT') {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** The exit code and the output of a child process. */
function finished(child) {
  return new Promise((resolve, reject) => {
    const result = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => (result[name] += chunk));
    const limit = setTimeout(() => interrupt(child, 'SIGKILL'), COMMAND_LIMIT_MS);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ ...result, code });
    });
  });
}

/** Waits until a child process, and all that it started, has ended. */
export function ended(child) {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`it still runs after ${COMMAND_LIMIT_MS} ms`)),
      COMMAND_LIMIT_MS,
    );
    child.on('close', () => {
      clearTimeout(limit);
      resolve();
    });
  });
}

/** Waits until a child process prints this text. */
export function printed(child, text) {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (when) => {
      clearTimeout(limit);
      reject(new Error(`no "${text}" before ${when}; printed: ${output}`));
    };
    const limit = setTimeout(() => fail(`${COMMAND_LIMIT_MS} ms`), COMMAND_LIMIT_MS);
    const onClose = (code) => fail(`the end, with exit code ${code}`);
    const read = (chunk) => {
      output += chunk;
      if (!output.includes(text)) return;
      clearTimeout(limit);
      child.off('close', onClose).stdout.off('data', read);
      child.stderr.off('data', read);
      resolve();
    };
    child.on('close', onClose).stdout.on('data', read);
    child.stderr.on('data', read);
  });
}
