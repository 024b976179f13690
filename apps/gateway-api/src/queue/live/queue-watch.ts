import type { Change, QueueEntry, QueueUpdate, Snowflake } from '@discord-relay/contracts';
import { delay, type Logger, retryUntilDone } from '@discord-relay/platform';
import type { GuildListener } from '../../live/chain/change-router.js';
import type { EvaluatedQueue } from '../queue-index.js';
import type { QueueItem } from '../queue-item.js';
import { touchedBy } from '../queue-scope.js';

/** Changes within this time are evaluated together. */
const COALESCE_MS = 50;

/** The queue in the newest state of the database, and the entries of items. Both reject while the database is unavailable. */
export interface QueueSource {
  evaluate(): Promise<EvaluatedQueue>;
  entriesOf(items: readonly QueueItem[]): Promise<QueueEntry[]>;
}

export type QueueListener = (update: QueueUpdate) => void;

/** Watches the queue of one guild for all listeners: evaluates it again when a change affects it, and sends the differences. */
export class QueueWatch implements GuildListener {
  private readonly listeners = new Set<QueueListener>();
  private readonly stopping = new AbortController();
  private last: EvaluatedQueue | undefined;
  private first: Promise<EvaluatedQueue> | undefined;
  private isPending = false;
  private isRunning = false;

  constructor(
    private readonly guildId: Snowflake,
    private readonly source: QueueSource,
    private readonly logger: Logger,
  ) {}

  get size(): number {
    return this.listeners.size;
  }

  /** Revision of the settings that the queue was evaluated with; undefined: not evaluated yet. */
  get revision(): number | undefined {
    return this.last?.settings.revision;
  }

  /** Resolves to the cursor after which the listener receives every update. @throws AppError */
  async add(listener: QueueListener): Promise<number> {
    this.listeners.add(listener);
    this.first ??= this.source.evaluate();
    try {
      this.last ??= await this.first;
    } catch (error) {
      this.first = undefined;
      throw error;
    }
    // A change that arrived before the first evaluation ended is either included in it or evaluated now.
    this.check();
    return this.last.seq;
  }

  remove(listener: QueueListener): void {
    this.listeners.delete(listener);
  }

  close(): void {
    this.stopping.abort();
  }

  change(change: Change): void {
    if (!this.last) return;
    const touched = touchedBy(change, this.last);
    if (touched === 'all' || touched.size > 0) this.check();
  }

  changesLost(): void {
    this.reload();
  }

  projectionSwitched(): void {
    this.reload();
  }

  /** Schedules an evaluation: settings or rows may have changed. */
  check(): void {
    this.isPending = true;
    if (!this.isRunning) void this.run();
  }

  private reload(): void {
    this.notify({ entries: [], reload: true, seq: this.last?.seq ?? 0 });
    this.check();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    this.isRunning = true;
    while (this.isPending && (await delay(COALESCE_MS, signal))) {
      this.isPending = false;
      await retryUntilDone(
        signal,
        () => this.evaluate(),
        (err) =>
          this.logger.warn({ err, guildId: this.guildId }, 'support queue not evaluated; trying again'),
      );
    }
    this.isRunning = false;
  }

  private async evaluate(): Promise<void> {
    const before = this.last;
    const now = await this.source.evaluate();
    this.last = now;
    if (!before || now === before) return;
    if (now.schema !== before.schema || now.settings.revision !== before.settings.revision)
      return this.notify({ entries: [], reload: true, seq: now.seq });
    const { changed, gone } = differenceOf(before, now);
    if (changed.length + gone.length === 0) return;
    const entries = await this.source.entriesOf([...changed, ...gone]);
    const goneIds = new Set(gone.map(({ id }) => id));
    const updated = entries.map((entry) =>
      goneIds.has(entry.id) ? { ...entry, state: 'gone' as const } : entry,
    );
    this.notify({ entries: updated, reload: false, seq: now.seq });
  }

  private notify(update: Omit<QueueUpdate, 'guildId'>): void {
    for (const listener of this.listeners) listener({ guildId: this.guildId, ...update });
  }
}

/** Items that changed, and items that were removed. */
function differenceOf(before: EvaluatedQueue, now: EvaluatedQueue) {
  const changed: QueueItem[] = [];
  const gone: QueueItem[] = [];
  for (const [channelId, items] of now.items) {
    const known = before.items.get(channelId) ?? [];
    if (known === items) continue;
    const earlier = new Map(known.map((item) => [item.id, JSON.stringify(item)]));
    changed.push(...items.filter((item) => earlier.get(item.id) !== JSON.stringify(item)));
  }
  for (const [channelId, items] of before.items) {
    const present = now.items.get(channelId);
    if (present === items) continue;
    const ids = new Set(present?.map(({ id }) => id));
    gone.push(...items.filter(({ id }) => !ids.has(id)));
  }
  return { changed, gone };
}
