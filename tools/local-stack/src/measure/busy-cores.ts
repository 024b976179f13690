import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Computes without an end in steps of some milliseconds, and ends with whoever started it. */
const SPIN = `
  process.stdin.on('end', () => process.exit()).resume();
  (function spin() {
    for (const end = performance.now() + 20; performance.now() < end; );
    setImmediate(spin);
  })();`;

/** Keeps every core busy with processes of its own while the work runs. */
export async function withBusyCores<T>(work: () => Promise<T>): Promise<T> {
  const spinners = Array.from({ length: availableParallelism() }, startSpinner);
  try {
    return await work();
  } finally {
    for (const spinner of spinners) spinner.kill('SIGKILL');
  }
}

const startSpinner = (): ChildProcess =>
  spawn(process.execPath, ['-e', SPIN], { stdio: ['pipe', 'ignore', 'ignore'] });
