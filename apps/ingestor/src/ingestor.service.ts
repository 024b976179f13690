import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { AppError } from '@discord-relay/contracts';
import {
  EXIT_CONFIG,
  type HealthRegistry,
  type InstanceGuard,
  type Logger,
  type NatsLink,
} from '@discord-relay/platform';
import type { IngestorConfig } from './config.js';
import { Ingestor } from './run/ingestor.js';
import type { IngestorMetrics } from './metrics/ingestor-metrics.js';

/**
 * Runs the ingestor in the process: starts it in the background, stops it in order, and exits when only an operator can
 * help.
 */
export class IngestorService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly ingestor: Ingestor;
  private refusal: AppError | undefined;
  private stopping = false;

  constructor(
    private readonly nats: { link: NatsLink; guard: Pick<InstanceGuard, 'nameIsUnique'> },
    config: IngestorConfig,
    metrics: IngestorMetrics,
    health: HealthRegistry,
    private readonly logger: Logger,
  ) {
    this.ingestor = new Ingestor(nats.link, config, metrics, logger, (error) => void this.end(error));
    health.register('discord', () =>
      this.refusal ? { ok: false, detail: this.refusal.message } : this.ingestor.discordCheck,
    );
    health.register('backfill', () => this.ingestor.backfillCheck);
    health.register('log', () => this.ingestor.logCheck);
    health.describe(() => this.ingestor.status);
  }

  /** Not awaited: the process is live and reports its health while NATS or Discord is unavailable. */
  onApplicationBootstrap(): void {
    void this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.ingestor.stop();
  }

  /**
   * Waits while another process of the same name runs: this one would treat the leases of the other as those of a
   * predecessor.
   */
  private async run(): Promise<void> {
    await this.nats.guard.nameIsUnique;
    if (this.stopping) return;
    try {
      await this.ingestor.start();
    } catch (error) {
      if (this.stopping) return;
      if (!(error instanceof AppError)) throw error;
      await this.end(error);
    }
  }

  /**
   * The ingestor cannot continue until an operator acts: logs one line and exits with a code that a supervisor sees.
   */
  private async end(error: AppError): Promise<void> {
    if (this.refusal || this.stopping) return;
    this.refusal = error;
    this.logger.fatal({ code: error.code }, error.message);
    await this.ingestor.stop();
    process.exit(EXIT_CONFIG);
  }
}
