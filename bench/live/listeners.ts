import { WorkerProcess } from '../../test/support/processes/worker-process.js';

/** Where to connect: with a token and a channel by Socket.IO's protocol, otherwise as a bare WebSocket. */
export interface ListenRequest {
  url: string;
  sockets: number;
  join?: { token: string; channelId: string };
  /** The beginning of a counted frame. */
  counted: string;
}

export type ListenersCommand =
  { kind: 'listen'; request: ListenRequest } | { kind: 'await'; frames: number } | { kind: 'close' };

/** Sockets that only count frames, in a separate process: the same for every server, so that only the server differs. */
export class Listeners {
  /** Answers when it is done, with the time in milliseconds since the Unix epoch. */
  private readonly worker = new WorkerProcess<ListenersCommand, number>('bench/live/listeners-worker.js');

  /** Opens further connections. @throws Error when one of them is refused */
  async listen(request: ListenRequest): Promise<void> {
    await this.worker.request({ kind: 'listen', request });
  }

  /** Waits for this many further frames; returns when the last one arrived, milliseconds since the Unix epoch. */
  async received(frames: number): Promise<number> {
    return await this.worker.request({ kind: 'await', frames });
  }

  /** Closes every connection. */
  async disconnect(): Promise<void> {
    await this.worker.request({ kind: 'close' });
  }

  end(): Promise<void> {
    return this.worker.end();
  }
}
