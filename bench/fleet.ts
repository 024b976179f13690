import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

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
  /** Deliveries that were measured. */
  count: number;
}

export type FleetCommand =
  { kind: 'join'; request: FleetRequest } | { kind: 'latencies'; since: readonly Moments[] };
export type FleetAnswer = { ok: true; latencies?: FleetLatencies[] } | { ok: false; error: string };

/** Message id -> when something happened to it, milliseconds since the Unix epoch with fractions. */
export type Moments = ReadonlyMap<string, number>;

/** Many real socket clients in a process of their own, so that what is measured is not the measuring. */
export class Fleet {
  private readonly worker: ChildProcess = fork(fileURLToPath(new URL('./fleet-worker.js', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });

  /** Connects every client and joins every channel. @throws Error when one of them is refused */
  async join(request: FleetRequest): Promise<void> {
    await this.ask({ kind: 'join', request });
  }

  /** For each of the moments, latencies in ms from there to all clients; forgets what it has measured. */
  async latencies(since: readonly Moments[]): Promise<FleetLatencies[]> {
    return (await this.ask({ kind: 'latencies', since })).latencies!;
  }

  async close(): Promise<void> {
    if (this.worker.exitCode !== null) return;
    const ended = once(this.worker, 'exit');
    this.worker.disconnect();
    await ended;
  }

  private async ask(command: FleetCommand): Promise<Extract<FleetAnswer, { ok: true }>> {
    const answered = once(this.worker, 'message') as Promise<[FleetAnswer]>;
    this.worker.send(command);
    const [answer] = await answered;
    if (!answer.ok) throw new Error(answer.error);
    return answer;
  }
}
