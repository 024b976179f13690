import { type Logger, Rounds } from '@discord-relay/platform';
import { ExportRun, type RunPorts, STOPPING } from './export-run.js';

export interface RunnerOptions {
  maxRunning: number;
  /** How often leases are renewed and claimed. */
  intervalMs: number;
  /** How long a thread may take to end when the process stops. */
  graceMs: number;
}

const SWEEP_EVERY_MS = 60_000;

/** Writes the exports whose lease this replica has, and deletes those whose time is over. */
export class ExportRunner {
  private readonly running = new Map<string, ExportRun>();
  private readonly ending = new Set<Promise<void>>();
  private sweptAtMs = -Infinity;
  private readonly rounds: Rounds;

  constructor(
    private readonly ports: RunPorts,
    private readonly options: RunnerOptions,
    logger: Logger,
  ) {
    const onError = (err: unknown) => logger.warn({ err }, 'cannot work on exports; retrying');
    this.rounds = new Rounds(options.intervalMs, () => this.round(), onError);
    ports.metrics.watch(() => this.running.size);
  }

  start(): void {
    this.rounds.start();
  }

  /** An export waits, or was cancelled: check now instead of a little later. */
  wakeUp(): void {
    this.rounds.wakeUp();
  }

  /** Hands the exports over to other replicas. */
  async stop(): Promise<void> {
    await this.rounds.stop();
    const runs = [...this.running.values()];
    for (const run of runs) run.stop(STOPPING);
    const overdue = setTimeout(
      () => void Promise.all(runs.map((run) => run.terminate())),
      this.options.graceMs,
    );
    await Promise.all(this.ending);
    clearTimeout(overdue);
  }

  private async round(): Promise<void> {
    await Promise.all([...this.running.values()].map((run) => run.renew()));
    const { leases, folder } = this.ports;
    const store = await folder.id();
    while (this.running.size < this.options.maxRunning) {
      const claimed = await leases.claim(store, [...this.running.keys()]);
      if (!claimed) break;
      this.launch(new ExportRun(claimed, this.ports));
    }
    const hasExpired = await leases.expire();
    if (hasExpired || performance.now() - this.sweptAtMs > SWEEP_EVERY_MS) await this.sweep();
  }

  private launch(run: ExportRun): void {
    const { id } = run.lease;
    this.running.get(id)?.stop(STOPPING);
    this.running.set(id, run);
    const ended = run.run().finally(() => {
      this.ending.delete(ended);
      if (this.running.get(id) === run) this.running.delete(id);
      this.wakeUp();
    });
    this.ending.add(ended);
  }

  /** Removes the files of exports that are cancelled, expired or deleted. */
  private async sweep(): Promise<void> {
    const { leases, folder } = this.ports;
    await leases.prune();
    const found = await folder.exports();
    const kept = await leases.withFiles(found);
    for (const id of found) if (!kept.has(id)) await folder.remove(id);
    this.sweptAtMs = performance.now();
  }
}
