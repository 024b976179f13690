import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Computes forever in steps of some milliseconds, and ends with its parent. */
const SPIN = `
  process.stdin.on('end', () => process.exit()).resume();
  (function spin() {
    for (const end = performance.now() + 20; performance.now() < end; );
    setImmediate(spin);
  })();`;

/** Keeps every core busy with separate processes while `work` runs. */
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
