import type { Logger, NatsLink } from '@discord-relay/platform';
import type { FeedHub } from './feed-hub.js';

/** Reads the newest `seq` of each guild, in the given order. Rejects when the database is unavailable. */
export type ReadHeads = (guildIds: readonly string[]) => Promise<number[]>;

/** While NATS is unavailable, polls Postgres for changes, with one statement for all guilds. */
export class ChangePolling {
  private timer: NodeJS.Timeout | undefined;
  private polling = false;

  constructor(
    private readonly link: NatsLink,
    private readonly hub: FeedHub,
    private readonly readHeads: ReadHeads,
    private readonly everyMs: number,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.poll(), this.everyMs).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async poll(): Promise<void> {
    const { guildIds } = this.hub;
    if (this.link.connected || this.polling || guildIds.length === 0) return;
    this.polling = true;
    try {
      const heads = await this.readHeads(guildIds);
      guildIds.forEach((guildId, i) => this.hub.announcePosition(guildId, heads[i]!));
    } catch (err) {
      this.logger.warn({ err }, 'neither NATS nor Postgres is available for changes');
    } finally {
      this.polling = false;
    }
  }
}
