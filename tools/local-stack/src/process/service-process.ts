import { existsSync, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { ConfigError, EXIT_CONFIG } from '@discord-relay/platform/config';
import { Child, type ChildEnd } from './child.js';
import { forgetEnd, recordEnd } from './ended-services.js';
import { repositoryRoot } from './paths.js';
import { until } from './until.js';

/**
 * Sets glibc's mmap threshold to its initial value. By default glibc raises the threshold when the first large buffer (a program's
 * own source) is freed, and then keeps freed blocks below some megabytes, about 25 MiB of an idle service. A configured threshold
 * is not raised.
 */
export const SERVICE_ENV = { MALLOC_MMAP_THRESHOLD_: '131072' };

/** Number of log lines that are shown for a service that does not become ready. */
const LOG_LINES_SHOWN = 15;

export interface ServiceOptions {
  /** Folder below apps/. */
  app: string;
  port: number;
  env: Record<string, string>;
  logDir: string;
  /** Path that returns 200 when the service is ready. */
  readyPath?: string;
  /** Flags for Node.js, such as `--max-old-space-size`. */
  nodeFlags?: readonly string[];
  /** Called when the process ends without a request to stop. */
  onUnexpectedExit?: (service: ServiceProcess, code: number | null, lastMessage: string) => void;
}

/** One of the product's programs as a child process that can be stopped, killed, paused and restarted. */
export class ServiceProcess {
  private child: Child | undefined;
  private stopRequested = false;
  private end: ChildEnd | null = null;

  constructor(readonly options: ServiceOptions) {}

  get name(): string {
    return this.options.app;
  }

  /** Its address on this machine. */
  get url(): string {
    const { env, port } = this.options;
    return `http://${reachableHost(env.SIM_HOST ?? env.HOST)}:${port}`;
  }

  get pid(): number {
    return this.child?.pid ?? -1;
  }

  get running(): boolean {
    return this.child?.running ?? false;
  }

  get logFile(): string {
    return join(this.options.logDir, `${this.name}.log`);
  }

  start(): void {
    const { app, env, port, nodeFlags = [], logDir } = this.options;
    this.stopRequested = false;
    this.end = null;
    forgetEnd(port);
    const child = new Child({
      command: process.execPath,
      args: [...nodeFlags, join(repositoryRoot, 'apps', app, 'dist/bundle.js')],
      env: { ...SERVICE_ENV, ...env, PORT: String(port) },
      cwd: repositoryRoot,
      logFile: join(logDir, `${app}.log`),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 30_000,
      ipc: true,
    });
    this.child = child;
    void child.exit().then((end) => {
      if (this.child === child) this.onEnd(end);
    });
  }

  private onEnd(end: ChildEnd): void {
    this.end = end;
    if (this.stopRequested) return;
    const lastMessage = this.lastMessage || `the end of its log is\n${this.lastLogLines()}`;
    recordEnd({
      name: this.name,
      port: this.options.port,
      ...end,
      lastMessage,
      endedAtMs: performance.now(),
    });
    this.options.onUnexpectedExit?.(this, end.code, this.lastMessage);
  }

  /** The process's own message about its end: from stderr, or the last fatal line of its log. */
  get lastMessage(): string {
    const { lastErrors = '', output = [] } = this.child ?? {};
    return lastErrors || (output.map(fatalMessageIn).findLast((each) => each !== undefined) ?? '');
  }

  /** @throws Error with the service's last messages when it is not ready in time or ends first. */
  async ready(timeoutMs = 60_000): Promise<void> {
    const path = this.options.readyPath ?? '/api/ready';
    let last = 'no answer';
    await until(`${this.name} ready`, timeoutMs, async () => {
      // The exit code is known only after the exit.
      if (!this.running) return this.end === null ? undefined : 'ended';
      const response = await fetch(this.url + path, { signal: AbortSignal.timeout(2_000) });
      last = await response.text();
      return response.ok ? 'ready' : undefined;
    }).then(
      (state) => {
        if (state === 'ended') throw this.endedError();
      },
      (error: unknown) => {
        throw new Error(`${this.name} is not ready: ${last}\n${this.lastLogLines()}`, { cause: error });
      },
    );
  }

  private endedError(): Error {
    const message = this.lastMessage || `${this.name} ended; its log is ${this.logFile}`;
    return this.end?.code === EXIT_CONFIG
      ? new ConfigError([message])
      : new Error(`${this.name} ended: ${message}`);
  }

  private lastLogLines(): string {
    if (!existsSync(this.logFile)) return 'no log';
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.signal(signal);
  }

  /** Ends the process at once, as a crash would. */
  async kill(): Promise<void> {
    this.stopRequested = true;
    await this.child?.kill();
  }

  /** SIGTERM, then SIGKILL if it takes too long. Returns whether it stopped by itself. */
  async stop(): Promise<boolean> {
    this.stopRequested = true;
    return (await this.child?.stop()) ?? true;
  }
}

/** The host for a URL: a wildcard address cannot be connected to, and IPv6 needs brackets. */
export function reachableHost(host = '127.0.0.1'): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

interface LogLine {
  level?: string;
  msg?: string;
  err?: { message?: string };
}

/** The message of a log line if its level is fatal. */
function fatalMessageIn(line: string): string | undefined {
  try {
    const { level, msg, err } = JSON.parse(line) as LogLine;
    if (level !== 'fatal' || msg === undefined) return undefined;
    return err?.message === undefined ? msg : `${msg}: ${err.message}`;
  } catch {
    return undefined;
  }
}
