import { WorkerProcess } from '../../test/support/processes/worker-process.js';

export type ReaderCommand =
  /** With a bare ordered consumer. */
  | { kind: 'consume'; natsUrl: string; count: number }
  /** Over HTTP, by several readers at once. */
  | { kind: 'read'; url: string; token: string; readers: number }
  /** Over HTTP, again and again until `stop`; answers at once. */
  | { kind: 'repeat'; url: string; token: string }
  | { kind: 'stop' };

export interface ReadFigures {
  /** Events of all readers. */
  events: number;
  perS: number;
}

/** Readers of the log in a separate process, so that reading does not affect the measured process. */
export class EventReaders {
  private readonly worker = new WorkerProcess<ReaderCommand, ReadFigures>('bench/history/reader-worker.js');

  run(command: ReaderCommand): Promise<ReadFigures> {
    return this.worker.request(command);
  }

  end(): Promise<void> {
    return this.worker.end();
  }
}
