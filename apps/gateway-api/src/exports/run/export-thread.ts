import { Worker } from 'node:worker_threads';
import { AppError, type RestGap } from '@discord-relay/contracts';
import type { FromThread, ThreadCalls, ThreadTask, ToThread } from '../thread/thread-protocol.js';

const HEAP_MAX_MB = 256;
/** The disk or the quota is full, or the file is as large as one may be. */
const NO_SPACE: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export interface ThreadProgress {
  /** Rows in all files. */
  rows: number;
  /** Size of the file that is being written. */
  openBytes: number;
}

/** A thread that writes an export. It has no connection and no setting: what it needs it calls for. */
export class ExportThread {
  progress: ThreadProgress | undefined;
  /** The gaps of the exported time when everything is written. Rejects with the reason of {@link stop}, or with what a call threw. */
  readonly outcome: Promise<RestGap[]>;
  private readonly worker: Worker;
  /** Why it does not continue. */
  private reason: unknown;

  constructor(
    program: string,
    task: ThreadTask,
    private readonly calls: ThreadCalls,
  ) {
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MAX_MB };
    this.worker = new Worker(program, { workerData: task, resourceLimits, env: {}, execArgv: [] });
    this.outcome = new Promise((resolve, reject) => {
      this.worker.on('message', (message: FromThread) => {
        if (message.kind === 'call') void this.answer(message);
        else if (message.kind === 'progress') this.progress = message;
        else if (message.kind === 'done') resolve(message.gaps);
        else reject(this.reason ?? errorOf(message));
      });
      this.worker.once('error', (error) => reject(this.reason ?? error));
      this.worker.once('exit', () => reject(this.reason ?? new Error('the thread of the export ended')));
    });
  }

  /** Makes the thread remove its partial file and end: its next call, or the one that waits, is refused. */
  stop(reason: unknown): void {
    this.reason ??= reason;
  }

  /** Ends the thread at once. */
  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  private async answer({ id, name, args }: Extract<FromThread, { kind: 'call' }>): Promise<void> {
    const refuse = (error: unknown): ToThread => {
      this.reason ??= error;
      return { id, refused: true };
    };
    const call = this.calls[name] as (...args: unknown[]) => Promise<unknown>;
    const answer = await call(...args).then((value): ToThread => ({ id, value }), refuse);
    this.worker.postMessage(this.reason === undefined ? answer : { id, refused: true });
  }
}

function errorOf({ message, errno }: Extract<FromThread, { kind: 'failed' }>): Error {
  const cause = Object.assign(new Error(message), { code: errno });
  return NO_SPACE.has(errno)
    ? new AppError('EXPORT.STORAGE_FULL', 'the disk of the exports is full', { cause })
    : cause;
}
