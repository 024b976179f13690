import { WorkerProcess } from '../../test/support/processes/worker-process.js';

export interface FleetRequest {
  url: string;
  token: string;
  channelIds: readonly string[];
  clients: number;
}

export interface FleetLatencies {
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** Number of measured deliveries. */
  count: number;
}

export type FleetCommand =
  | { kind: 'join'; request: FleetRequest }
  | { kind: 'arrivals'; ids: readonly string[]; count: number; withinMs: number }
  | { kind: 'latencies'; since: readonly Moments[] };
/** Empty as the answer to commands other than `latencies`. */
export type FleetAnswer = FleetLatencies[];

/** Message id -> time in milliseconds since the Unix epoch, with fractions. */
export type Moments = ReadonlyMap<string, number>;

/** Many real socket clients in a separate process, so that measuring does not affect the measured process. */
export class Fleet {
  private readonly worker = new WorkerProcess<FleetCommand, FleetAnswer>('bench/pipeline/fleet-worker.js');

  get pid(): number {
    return this.worker.pid;
  }

  /** Connects every client and joins every channel. @throws Error when one of them is refused */
  async join(request: FleetRequest): Promise<void> {
    await this.worker.request({ kind: 'join', request });
  }

  /** Resolves when these messages have arrived this many times at all clients together, or when the time is over. */
  async arrivals(ids: readonly string[], count: number, withinMs: number): Promise<void> {
    await this.worker.request({ kind: 'arrivals', ids, count, withinMs });
  }

  /** For each set of times, latencies in ms from there to all clients; then discards the measured arrivals. */
  latencies(since: readonly Moments[]): Promise<FleetLatencies[]> {
    return this.worker.request({ kind: 'latencies', since });
  }

  close(): Promise<void> {
    return this.worker.end();
  }
}
