import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** `read` returns when the pipe is closed, because the process that started this shell has ended. */
const WATCHDOG = `read -r _
kill -s "$2" "$1" || exit 0
for _ in $(seq "$3"); do
  kill -0 "$1" || exit 0
  sleep 1
done
kill -s KILL "$1"`;

export interface Ending {
  /** Signal for an orderly stop. */
  signal: 'SIGTERM' | 'SIGINT';
  /** After this time the process is killed. */
  timeoutMs: number;
}

/**
 * Ends a child process if this process ends without stopping it, for example by `kill -9`. A shell beside the child waits for
 * the end of a pipe that only this process has open. Does nothing on Windows.
 */
export function endWithParent(child: ChildProcess, { signal, timeoutMs }: Ending): void {
  if (child.pid === undefined || process.platform === 'win32') return;
  const seconds = Math.ceil(timeoutMs / 1_000);
  const args = ['-c', WATCHDOG, 'watchdog', String(child.pid), signal.replace('SIG', ''), String(seconds)];
  // In its own process group, so that Ctrl-C in the terminal does not reach it.
  const watchdog = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Without a shell the child is left behind; the next start of the stack ends it.
  watchdog.on('error', () => undefined);
  watchdog.unref();
  (watchdog.stdin as Socket).unref();
  child.once('exit', () => watchdog.kill('SIGKILL'));
}
