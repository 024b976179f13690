import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithParent } from './end-with-parent.js';

export interface ChildOptions {
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
  uid?: number;
  gid?: number;
  logFile: string;
  /** Signal for an orderly stop. */
  stopSignal: 'SIGTERM' | 'SIGINT';
  /** After this time the process is killed. */
  stopTimeoutMs: number;
  /** An IPC channel lets the child notice that this process has ended. */
  ipc?: boolean;
}

/** How a process ended. */
export interface ChildEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Number of characters to keep: enough for the last messages of a service. */
const OUTPUT_KEPT = 8_192;

/**
 * A process in its own process group, so that Ctrl-C in the terminal does not reach it directly and this process stops it in order.
 * It ends when this process ends.
 */
export class Child {
  private readonly process: ChildProcess;
  private readonly ended: Promise<ChildEnd>;
  private lastLines: string[] = [];
  private lastOutput = '';

  constructor(private readonly options: ChildOptions) {
    mkdirSync(dirname(options.logFile), { recursive: true });
    const log = createWriteStream(options.logFile, { flags: 'a' });
    // An error of the log, for example on a full disk, must not end this process, and with it all others.
    log.on('error', (error) => this.remember(`${options.logFile} cannot be written: ${error.message}`));
    this.process = spawn(options.command, options.args, {
      cwd: options.cwd,
      uid: options.uid,
      gid: options.gid,
      env: options.env ?? {},
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? ['ipc' as const] : [])],
    });
    endWithParent(this.process, { signal: options.stopSignal, timeoutMs: options.stopTimeoutMs });
    this.process.stdout!.pipe(log, { end: false });
    this.process.stderr!.pipe(log, { end: false });
    this.process.stdout!.on('data', (chunk: Buffer) => this.rememberOutput(chunk.toString('utf8')));
    this.process.stderr!.on('data', (chunk: Buffer) => this.remember(chunk.toString('utf8')));
    this.ended = once(this.process, 'close').then(([code, signal]) => {
      log.end();
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
    // A command that cannot be started also emits `close`; without a listener `error` would end this process.
    this.process.on('error', (error) => this.remember(error.message));
  }

  get pid(): number {
    return this.process.pid ?? -1;
  }

  get running(): boolean {
    return (
      this.process.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null
    );
  }

  /** The last lines the process wrote to stderr. */
  get lastErrors(): string {
    return this.lastLines.join('\n');
  }

  /** The last lines the process wrote to stdout, oldest first. */
  get output(): string[] {
    return this.lastOutput.split('\n').filter(Boolean);
  }

  exit(): Promise<ChildEnd> {
    return this.ended;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.running) this.process.kill(signal);
  }

  /** Ends the process at once, as a crash would, and waits until it has ended. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** Sends the process its stop signal, and kills it if it does not end in time. Returns whether it ended by itself. */
  async stop(): Promise<boolean> {
    this.signal(this.options.stopSignal);
    const overdue = new AbortController();
    const stopped = await Promise.race([
      this.ended.then(() => true),
      sleep(this.options.stopTimeoutMs, false, { signal: overdue.signal, ref: false }).catch(() => false),
    ]);
    overdue.abort();
    if (!stopped) await this.kill();
    return stopped;
  }

  private rememberOutput(text: string): void {
    this.lastOutput = (this.lastOutput + text).slice(-OUTPUT_KEPT);
  }

  private remember(text: string): void {
    this.lastLines = [...this.lastLines, ...text.split('\n').filter(Boolean)].slice(-5);
  }
}

function readPs(column: 'args' | 'stat', pid: number): string | undefined {
  const { status, stdout } = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The command line of a running process, or undefined. */
export const commandLineOf = (pid: number): string | undefined => readPs('args', pid);

/** The state letter of a process, as `ps` prints it: `T` is stopped. */
export const stateOf = (pid: number): string | undefined => readPs('stat', pid)?.[0];

/** Ends a process that an earlier, killed run left behind, if its command line still contains `marker`. */
export async function endLeftover(pid: number, marker: string, signal: NodeJS.Signals): Promise<void> {
  const belongsToUs = () => commandLineOf(pid)?.includes(marker) ?? false;
  if (!belongsToUs()) return;
  process.kill(pid, signal);
  for (let waitedMs = 0; belongsToUs(); waitedMs += 50) {
    if (waitedMs >= 10_000) process.kill(pid, 'SIGKILL');
    await sleep(50);
  }
}
