import type { LedgerEntry } from '../discord/sim-client.js';
import { WorkerProcess } from '../processes/worker-process.js';

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
  /** Attempts to reconnect, including failed ones. */
  reconnects: number;
  /** Clients that never reconnected. */
  neverMoved: number;
  /** The first differences, for people. */
  reports: string[];
}

export type CrowdCommand =
  { kind: 'follow'; request: CrowdRequest } | { kind: 'account'; entries: readonly LedgerEntry[] };
/** null as the answer to `follow`. */
export type CrowdAnswer = CrowdAccount | null;

/** Many recording clients in a separate process, so that they do not delay the process that causes the faults. */
export class Crowd {
  private readonly worker = new WorkerProcess<CrowdCommand, CrowdAnswer>(
    'test/support/clients/crowd-worker.js',
  );

  /** Connects this many more clients, and resolves when all have joined. */
  async follow(request: CrowdRequest): Promise<void> {
    await this.worker.request({ kind: 'follow', request });
  }

  /** Compares what each client got with these facts, once it has all of them or the time limit has passed. */
  async account(entries: readonly LedgerEntry[]): Promise<CrowdAccount> {
    return (await this.worker.request({ kind: 'account', entries }))!;
  }

  end(): Promise<void> {
    return this.worker.end();
  }
}
