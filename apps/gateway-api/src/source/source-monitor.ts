import { errors, type NatsConnection } from '@nats-io/transport-node';
import { type SourceStatus, statusSubject } from '@discord-relay/contracts';
import type { Logger, NatsLink, StatusReport } from '@discord-relay/platform';
import { hasChanged, sourceStatusOf, unknownAfter, UNKNOWN_SOURCE } from './source-status.js';

const POLL_EVERY_MS = 5_000;
const ANSWER_MAX_WAIT_MS = 1_000;
const ANSWER_STALL_MS = 250;

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
      const reports = await queryIngestors(this.connection);
      // Without NATS no ingestor can answer, so its state is unknown.
      const canAsk = reports.length > 0 || this.link.connected;
      this.update(canAsk ? sourceStatusOf(reports, this.latest) : unknownAfter(this.latest));
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

async function queryIngestors(connection: NatsConnection): Promise<StatusReport[]> {
  const subject = statusSubject('ingestor');
  // Nest answers a request only if it carries an id.
  const request = JSON.stringify({ pattern: subject, data: {}, id: 'source' });
  const replies = await connection.requestMany(subject, request, {
    strategy: 'stall',
    maxWait: ANSWER_MAX_WAIT_MS,
    stall: ANSWER_STALL_MS,
  });
  const reports: StatusReport[] = [];
  try {
    for await (const reply of replies) {
      const { response } = reply.json<{ response?: StatusReport }>();
      if (response) reports.push(response);
    }
  } catch (error) {
    // NATS answers, but no ingestor is subscribed.
    if (!(error instanceof errors.NoRespondersError)) throw error;
  }
  return reports;
}
