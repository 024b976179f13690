import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** `read` returns when the pipe is closed: the process that started this shell has ended, however it did. */
const WATCHDOG = `read -r _
kill -s "$2" "$1" || exit 0
for _ in $(seq "$3"); do
  kill -0 "$1" || exit 0
  sleep 1
done
kill -s KILL "$1"`;

export interface Ending {
  /** Asks for an orderly end. */
  signal: 'SIGTERM' | 'SIGINT';
  /** After this the process is killed. */
  timeoutMs: number;
}

/**
 * Ends a child process when this process ends without having stopped it, by `kill -9` for example. A shell waits beside
 * the child for the end of a pipe that only this process holds. Not on Windows, where it does nothing.
 */
export function endWithParent(child: ChildProcess, { signal, timeoutMs }: Ending): void {
  if (child.pid === undefined || process.platform === 'win32') return;
  const seconds = Math.ceil(timeoutMs / 1_000);
  const args = ['-c', WATCHDOG, 'watchdog', String(child.pid), signal.replace('SIG', ''), String(seconds)];
  // In a group of its own: a Ctrl-C in the terminal is not for it.
  const watchdog = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Without a shell the child is left behind; the next start of the stack ends it.
  watchdog.on('error', () => undefined);
  watchdog.unref();
  (watchdog.stdin as Socket).unref();
  child.once('exit', () => watchdog.kill('SIGKILL'));
}
