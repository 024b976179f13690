import { QUEUE_CHANGED_SUBJECT, type Snowflake } from '@discord-relay/contracts';
import { type Logger, type NatsLink, periodically } from '@discord-relay/platform';
import type { ReadModelDatabase } from '../../database/read-model.database.js';
import type { ChangeRouter } from '../../live/chain/change-router.js';
import type { QueueReader } from '../queue-reader.js';
import { type QueueListener, QueueWatch } from './queue-watch.js';

/** How often settings are checked; other replicas announce a change at once. */
const CHECK_EVERY_MS = 5_000;

export interface QueueSubscription {
  /** Updates come after this position. */
  seq: number;
  stop(): void;
}

/** Updates of the support queues that are subscribed to in this process. */
export class QueueUpdates {
  private readonly watches = new Map<string, { watch: QueueWatch; detach: () => void }>();
  private readonly stopping = new AbortController();

  constructor(
    link: NatsLink,
    private readonly database: ReadModelDatabase,
    private readonly router: Pick<ChangeRouter, 'subscribeGuild'>,
    private readonly reader: QueueReader,
    private readonly logger: Logger,
  ) {
    const callback = (_error: unknown, message: { string(): string }) => this.check(message.string());
    void link.connection.then((connection) => connection.subscribe(QUEUE_CHANGED_SUBJECT, { callback }));
    const { signal } = this.stopping;
    const onError = (err: unknown) => logger.warn({ err }, 'settings of support queues cannot be checked');
    void periodically(CHECK_EVERY_MS, signal, () => this.checkSettings(), onError);
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
    for (const guildId of [...this.watches.keys()]) this.close(guildId);
  }

  /**
   * Sends the listener every change of the queue, without checking rights. The caller must be subscribed to the guild's
   * changes.
   * @throws AppError `SERVICE.UNAVAILABLE`
   */
  async subscribe(guildId: Snowflake, listener: QueueListener): Promise<QueueSubscription> {
    const { watch } = this.watches.get(guildId) ?? this.open(guildId);
    const stop = () => {
      watch.remove(listener);
      if (watch.size === 0 && this.watches.get(guildId)?.watch === watch) this.close(guildId);
    };
    try {
      return { seq: await watch.add(listener), stop };
    } catch (error) {
      stop();
      throw error;
    }
  }

  /** Settings that a replica changed while NATS was unavailable were not announced. */
  private async checkSettings(): Promise<void> {
    const guildIds = [...this.watches.keys()];
    if (guildIds.length === 0) return;
    const revisions = await this.reader.settings.revisions(guildIds);
    for (const [guildId, { watch }] of this.watches)
      if (watch.revision !== (revisions.get(guildId) ?? 0)) watch.check();
  }

  private check(guildId: string): void {
    this.watches.get(guildId)?.watch.check();
  }

  private open(guildId: Snowflake) {
    const { database, reader } = this;
    const source = {
      evaluate: () => database.snapshot((query) => reader.evaluate(query, guildId)),
      entriesOf: (items: Parameters<QueueReader['entriesOf']>[2]) =>
        reader.entriesOf(database, guildId, items),
    };
    const watch = new QueueWatch(guildId, source, this.logger);
    const entry = { watch, detach: this.router.subscribeGuild(guildId, watch) };
    this.watches.set(guildId, entry);
    return entry;
  }

  private close(guildId: string): void {
    const entry = this.watches.get(guildId);
    this.watches.delete(guildId);
    entry?.detach();
    entry?.watch.close();
  }
}
