import { WorkerProcess } from '../test/support/worker-process.js';

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

/**
 * Sockets that count frames and do nothing else with them, in a process of their own: the same ones for every server,
 * so that what differs is the server.
 */
export class Listeners {
  /** Answers when it has done so, milliseconds since the Unix epoch. */
  private readonly worker = new WorkerProcess<ListenersCommand, number>('bench/listeners-worker.js');

  /** Connects all, beside those that there are. @throws Error when one of them is refused */
  async listen(request: ListenRequest): Promise<void> {
    await this.worker.ask({ kind: 'listen', request });
  }

  /** Waits until so many frames more have come; returns when the last did, milliseconds since the Unix epoch. */
  async received(frames: number): Promise<number> {
    return await this.worker.ask({ kind: 'await', frames });
  }

  /** Ends every connection. */
  async disconnect(): Promise<void> {
    await this.worker.ask({ kind: 'close' });
  }

  end(): Promise<void> {
    return this.worker.end();
  }
}
