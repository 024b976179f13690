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
  { kind: 'join'; request: FleetRequest } | { kind: 'latencies'; since: readonly Moments[] };
/** Empty as the answer to a join. */
export type FleetAnswer = FleetLatencies[];

/** Message id -> time in milliseconds since the Unix epoch, with fractions. */
export type Moments = ReadonlyMap<string, number>;

/** Many real socket clients in a separate process, so that measuring does not affect the measured process. */
export class Fleet {
  private readonly worker = new WorkerProcess<FleetCommand, FleetAnswer>('bench/pipeline/fleet-worker.js');

  /** Connects every client and joins every channel. @throws Error when one of them is refused */
  async join(request: FleetRequest): Promise<void> {
    await this.worker.request({ kind: 'join', request });
  }

  /** For each set of times, latencies in ms from there to all clients; then discards the measured arrivals. */
  latencies(since: readonly Moments[]): Promise<FleetLatencies[]> {
    return this.worker.request({ kind: 'latencies', since });
  }

  close(): Promise<void> {
    return this.worker.end();
  }
}
