import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';

/** Where to connect; with a token and a channel by way of Socket.IO's protocol, else as a bare WebSocket. */
export interface ListenRequest {
  url: string;
  sockets: number;
  join?: { token: string; channelId: string };
  /** What a counted frame begins with. */
  counted: string;
}

export type ListenersCommand =
  { kind: 'listen'; request: ListenRequest } | { kind: 'await'; frames: number } | { kind: 'close' };
export type ListenersAnswer = { ok: true; atMs: number } | { ok: false; error: string };

/**
 * Sockets that count frames and do nothing else with them, in a process of their own: the same ones for every server,
 * so that what differs is the server.
 */
export class Listeners {
  private readonly worker: ChildProcess;

  constructor() {
    this.worker = fork(join(repositoryRoot, 'dist/bench/listeners-worker.js'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  /** Connects all, beside those that there are. @throws Error when one of them is refused */
  async listen(request: ListenRequest): Promise<void> {
    await this.ask({ kind: 'listen', request });
  }

  /** Waits until so many frames more have come; returns when the last did, milliseconds since the Unix epoch. */
  async received(frames: number): Promise<number> {
    return await this.ask({ kind: 'await', frames });
  }

  /** Ends every connection. */
  async disconnect(): Promise<void> {
    await this.ask({ kind: 'close' });
  }

  async end(): Promise<void> {
    if (this.worker.exitCode !== null) return;
    const ended = once(this.worker, 'exit');
    this.worker.disconnect();
    await ended;
  }

  private async ask(command: ListenersCommand): Promise<number> {
    const answered = once(this.worker, 'message') as Promise<[ListenersAnswer]>;
    this.worker.send(command);
    const [answer] = await answered;
    if (!answer.ok) throw new Error(answer.error);
    return answer.atMs;
  }
}
