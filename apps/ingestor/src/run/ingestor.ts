import { AppError } from '@discord-relay/contracts';
import { backOff, type CheckResult, type Logger } from '@discord-relay/platform';
import type { IngestorConfig } from '../config.js';
import { IngestorRun } from './ingestor-run.js';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import type { IngestorLink } from './run-parts.js';

const BACK_OFF = { firstMs: 500, capMs: 60_000 };
/** A run that lasted this long did not fail to start. */
const LASTING_MS = 60_000;

/** Why the last run ended, for the status report. */
interface StoreLoss {
  reason: string;
  /** By this process's monotonic clock. */
  atMs: number;
}

/**
 * Records Discord's gateway into the log. Starts a new run whenever NATS has lost data that a run relies on, or was
 * restored from a backup: creates missing streams, resumes sessions from where the log ends, or opens a gap and fills
 * it. Works without Nest as well.
 */
export class Ingestor {
  private readonly stopping = new AbortController();
  private run: IngestorRun;
  private restarting: Promise<void> | undefined;
  private loss: StoreLoss | undefined;
  private losses = 0;

  constructor(
    private readonly link: IngestorLink,
    private readonly config: IngestorConfig,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
    private readonly onRefused: (error: AppError) => void,
  ) {
    this.run = this.newRun();
  }

  /**
   * Resolves when every shard has connected or failed once; waits while NATS or Discord is unavailable.
   * @throws AppError that an operator has to act on; the abort reason when stopped meanwhile
   */
  async start(): Promise<void> {
    const { run } = this;
    try {
      await run.start();
    } catch (error) {
      // The next run has replaced this one and reports its failures by `onRefused`.
      if (run === this.run) throw error;
    }
  }

  /** Hands the sessions over, publishes the received events and stores the acknowledged sequences. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.restarting;
    await this.run.stop();
  }

  get discordCheck(): CheckResult {
    return this.run.discordCheck;
  }

  get backfillCheck(): CheckResult {
    return this.run.backfillCheck;
  }

  /** @throws AppError REQUEST.NOT_FOUND when the shard has no session; undefined when it is another replica's shard */
  giveUpSession(shardId: number, by: string): { sessionId: string } | undefined {
    return this.run.giveUpSession(shardId, by);
  }

  get logCheck(): CheckResult {
    if (this.restarting && this.loss) return { ok: false, detail: `restarting: ${this.loss.reason}` };
    return this.run.logCheck;
  }

  /** Figures for the status report. */
  get status(): Record<string, unknown> {
    const { loss, losses } = this;
    if (!loss) return this.run.status;
    const agoMs = Math.round(performance.now() - loss.atMs);
    return { ...this.run.status, storeLost: { reason: loss.reason, agoMs, times: losses } };
  }

  private newRun(): IngestorRun {
    const { link, config, metrics, logger, onRefused } = this;
    const onStoreLost = (reason: string) => {
      if (run === this.run && !this.stopping.signal.aborted) this.storeLost(reason);
    };
    const listener = { onRefused, onStoreLost };
    const run: IngestorRun = new IngestorRun({ link, config, metrics, logger, listener });
    return run;
  }

  private storeLost(reason: string): void {
    const atMs = performance.now();
    const quickly = this.loss !== undefined && atMs - this.loss.atMs < LASTING_MS;
    this.losses++;
    this.loss = { reason, atMs };
    this.logger.error(
      { code: 'LOG.LOST', reason },
      'NATS has lost data: starting a new run with the remaining data',
    );
    this.restarting = this.restart(quickly ? this.losses : 0)
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted) throw error;
      })
      .finally(() => (this.restarting = undefined));
  }

  private async restart(attempt: number): Promise<void> {
    const before = this.run;
    this.run = this.newRun();
    await before.abandon();
    await backOff(attempt, { ...BACK_OFF, signal: this.stopping.signal });
    void this.start().catch((error: unknown) => {
      if (this.stopping.signal.aborted) return;
      if (!(error instanceof AppError)) throw error;
      this.onRefused(error);
    });
  }
}
