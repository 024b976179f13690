import type { LedgerEntry } from './sim-client.js';
import { WorkerProcess } from './worker-process.js';

export interface CrowdRequest {
  url: string;
  token: string;
  channelIds: readonly string[];
  clients: number;
}

/** Sums over all clients. */
export interface CrowdAccount {
  clients: number;
  missed: number;
  doubled: number;
  resnapshots: number;
  /** Attempts to come back, also those that failed. */
  reconnects: number;
  /** Clients that never had to. */
  neverMoved: number;
  /** The first differences, for people. */
  told: string[];
}

export type CrowdCommand =
  { kind: 'follow'; request: CrowdRequest } | { kind: 'account'; entries: readonly LedgerEntry[] };
/** None to a following. */
export type CrowdAnswer = CrowdAccount | null;

/** Many recording clients in a process of their own, so that they do not hold up whoever inflicts the faults. */
export class Crowd {
  private readonly worker = new WorkerProcess<CrowdCommand, CrowdAnswer>('test/support/crowd-worker.js');

  /** Connects so many more, and resolves when all have joined. */
  async follow(request: CrowdRequest): Promise<void> {
    await this.worker.ask({ kind: 'follow', request });
  }

  /** Holds what each was handed against these facts, once it has them all or has had its time. */
  async account(entries: readonly LedgerEntry[]): Promise<CrowdAccount> {
    return (await this.worker.ask({ kind: 'account', entries }))!;
  }

  end(): Promise<void> {
    return this.worker.end();
  }
}
