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

/** How messages arrive at present. */
export interface CrowdDelivery {
  /** From when Discord sent the first message that was late, to when the last one arrived; over all clients. */
  late: { fromMs: number; untilMs: number };
  /** When Discord sent the newest message that a client has, at the client for which that is longest ago. */
  newestMs: number;
}

export type CrowdCommand =
  | { kind: 'follow'; request: CrowdRequest }
  | { kind: 'forget delays' }
  | { kind: 'delivery' }
  | { kind: 'account'; entries: readonly LedgerEntry[] };
/** null as the answer to `follow` and `forget delays`. */
export type CrowdAnswer = CrowdAccount | CrowdDelivery | null;

/** Many recording clients in a separate process, so that they do not delay the process that causes the faults. */
export class Crowd {
  private readonly worker = new WorkerProcess<CrowdCommand, CrowdAnswer>(
    'test/support/clients/crowd-worker.js',
  );

  /** Connects this many more clients, and resolves when all have joined. */
  async follow(request: CrowdRequest): Promise<void> {
    await this.worker.request({ kind: 'follow', request });
  }

  /** {@link delivery} then covers what arrives from now on. */
  async forgetDelays(): Promise<void> {
    await this.worker.request({ kind: 'forget delays' });
  }

  async delivery(): Promise<CrowdDelivery> {
    return (await this.worker.request({ kind: 'delivery' })) as CrowdDelivery;
  }

  /** Compares what each client got with the facts of its channels, once it has all of them or the time limit has passed. */
  async account(entries: readonly LedgerEntry[]): Promise<CrowdAccount> {
    return (await this.worker.request({ kind: 'account', entries })) as CrowdAccount;
  }

  end(): Promise<void> {
    return this.worker.end();
  }
}
