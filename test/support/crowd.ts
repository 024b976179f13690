import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import type { LedgerEntry } from './sim-client.js';

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
export type CrowdAnswer = { ok: true; account?: CrowdAccount } | { ok: false; error: string };

/** Many recording clients in a process of their own, so that they do not hold up whoever inflicts the faults. */
export class Crowd {
  private readonly worker: ChildProcess = fork(join(repositoryRoot, 'dist/test/support/crowd-worker.js'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });

  /** Connects so many more, and resolves when all have joined. */
  async follow(request: CrowdRequest): Promise<void> {
    await this.ask({ kind: 'follow', request });
  }

  /** Holds what each was handed against these facts, once it has them all or has had its time. */
  async account(entries: readonly LedgerEntry[]): Promise<CrowdAccount> {
    return (await this.ask({ kind: 'account', entries })).account!;
  }

  async end(): Promise<void> {
    if (this.worker.exitCode !== null) return;
    const ended = once(this.worker, 'exit');
    this.worker.disconnect();
    await ended;
  }

  private async ask(command: CrowdCommand): Promise<Extract<CrowdAnswer, { ok: true }>> {
    const answered = once(this.worker, 'message') as Promise<[CrowdAnswer]>;
    this.worker.send(command);
    const [answer] = await answered;
    if (!answer.ok) throw new Error(answer.error);
    return answer;
  }
}
