import type { NatsConnection } from '@nats-io/transport-node';
import type { SourceStatus } from '@discord-relay/contracts';
import type { Logger, NatsLink } from '@discord-relay/platform';
import { queryStatus } from './query-status.js';
import { hasChanged, sourceStatusOf, unknownAfter, UNKNOWN_SOURCE } from './source-status.js';

const POLL_EVERY_MS = 5_000;

/** Queries the ingestors every few seconds about their connections to Discord. */
export class SourceMonitor {
  private latest = UNKNOWN_SOURCE;
  private timer: NodeJS.Timeout | undefined;
  private connection: NatsConnection | undefined;

  /** @param onChange called with every status that differs in more than the time of the last event */
  constructor(
    private readonly link: NatsLink,
    private readonly onChange: (status: SourceStatus) => void,
    private readonly logger: Logger,
  ) {}

  get status(): SourceStatus {
    return this.latest;
  }

  onModuleInit(): void {
    void this.link.connection.then((connection) => {
      this.connection = connection;
      return this.poll();
    });
    this.timer = setInterval(() => void this.poll(), POLL_EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    this.connection = undefined;
  }

  private async poll(): Promise<void> {
    if (!this.connection) return;
    try {
      const reports = await queryStatus(this.connection, 'ingestor');
      // Without NATS no ingestor can answer, so its state is unknown.
      const canRequest = reports.length > 0 || this.link.connected;
      this.update(canRequest ? sourceStatusOf(reports, this.latest) : unknownAfter(this.latest));
    } catch (err) {
      this.update(unknownAfter(this.latest));
      this.logger.debug({ err }, 'cannot query the ingestors');
    }
  }

  private update(status: SourceStatus): void {
    const before = this.latest;
    this.latest = status;
    if (hasChanged(before, status)) this.onChange(status);
  }
}
