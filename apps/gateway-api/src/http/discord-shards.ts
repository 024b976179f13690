import type { Logger, NatsLink, StatusReport } from '@discord-relay/platform';
import type { NatsConnection } from '@nats-io/transport-node';
import { statusSubject } from '@discord-relay/contracts';

const ASK_EVERY_MS = 5_000;
const ANSWER_MAX_WAIT_MS = 1_000;
const ANSWER_STALL_MS = 250;

/** How many shards are connected to Discord, as the ingestors say; asked for in the background. */
export class DiscordShards {
  private count = 0;
  private timer: NodeJS.Timeout | undefined;
  private connection: NatsConnection | undefined;

  constructor(
    private readonly link: NatsLink,
    private readonly logger: Logger,
  ) {}

  /** 0 when nobody answered the last time. */
  get connected(): number {
    return this.count;
  }

  onModuleInit(): void {
    void this.link.connection.then((connection) => {
      this.connection = connection;
      return this.ask();
    });
    this.timer = setInterval(() => void this.ask(), ASK_EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    this.connection = undefined;
  }

  private async ask(): Promise<void> {
    if (!this.connection) return;
    try {
      const reports = await askIngestors(this.connection);
      this.count = reports.reduce((sum, report) => sum + connectedShards(report), 0);
    } catch (err) {
      this.count = 0;
      this.logger.debug({ err }, 'ingestors not asked');
    }
  }
}

async function askIngestors(connection: NatsConnection): Promise<StatusReport[]> {
  const subject = statusSubject('ingestor');
  // Nest answers a request only when it carries an id.
  const request = JSON.stringify({ pattern: subject, data: {}, id: 'shards' });
  const replies = await connection.requestMany(subject, request, {
    strategy: 'stall',
    maxWait: ANSWER_MAX_WAIT_MS,
    stall: ANSWER_STALL_MS,
  });
  const reports: StatusReport[] = [];
  for await (const reply of replies) {
    if (reply.headers?.code === 503) continue;
    const { response } = reply.json<{ response?: StatusReport }>();
    if (response) reports.push(response);
  }
  return reports;
}

/** Shards of one ingestor in state CONNECTED. */
export function connectedShards({ detail }: Pick<StatusReport, 'detail'>): number {
  const shards = Array.isArray(detail.shards) ? (detail.shards as { state?: unknown }[]) : [];
  return shards.filter(({ state }) => state === 'CONNECTED').length;
}
