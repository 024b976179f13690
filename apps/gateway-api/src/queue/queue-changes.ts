import type { Change, QueueEntry, Snowflake } from '@discord-relay/contracts';
import type { Querying, ReadModelDatabase } from '../database/read-model.database.js';
import { readGuildTail } from '../read/changes.query.js';
import type { EvaluatedQueue } from './queue-index.js';
import type { QueueItem } from './queue-item.js';
import type { QueueReader } from './queue-reader.js';
import { type Touched, touchedBy, touchedByAll } from './queue-scope.js';

/** Number of changes that are read at a time. */
const PAGE = 1_000;

/** The entries that changes concern, in their current state. */
export class QueueChanges {
  constructor(
    private readonly database: ReadModelDatabase,
    readonly reader: QueueReader,
    private readonly pageSize = PAGE,
  ) {}

  /** Keyed by the `seq` of the change; changes that concern no entry are absent. @throws AppError */
  async entriesByChange(
    guildId: Snowflake,
    changes: readonly Change[],
  ): Promise<ReadonlyMap<number, QueueEntry[]>> {
    return this.database.snapshot(async (query) => {
      const queue = await this.reader.evaluate(query, guildId);
      const found = changes.map((change) => ({ change, items: itemsOf(queue, touchedBy(change, queue)) }));
      const items = new Set(found.flatMap((each) => each.items));
      const entries = await this.reader.entriesOf(query, guildId, [...items]);
      const byId = new Map(entries.map((entry) => [entry.id, entry]));
      const nonEmpty = found.filter((each) => each.items.length > 0);
      return new Map(nonEmpty.map((each) => [each.change.seq, each.items.map(({ id }) => byId.get(id)!)]));
    });
  }

  /** Every entry that changed after the cursor; if that cannot be determined, all unsolved entries. @throws AppError */
  async entriesSince(guildId: Snowflake, after: number): Promise<QueueEntry[]> {
    return this.database.snapshot(async (query) => {
      const queue = await this.reader.evaluate(query, guildId);
      const touched = await this.touchedSince(query, queue, { guildId, after });
      const open = queue.sorted.filter(({ state }) => state !== 'solved');
      return this.reader.entriesOf(query, guildId, touched === 'all' ? open : itemsOf(queue, touched));
    });
  }

  /** What all changes after the cursor concern; `all` also if changes are missing. */
  private async touchedSince(
    query: Querying,
    queue: EvaluatedQueue,
    { guildId, after }: { guildId: Snowflake; after: number },
  ): Promise<Touched> {
    const ids = new Set<Snowflake>();
    for (let seq = after; ;) {
      const { changes, head } = await readGuildTail(query, guildId, seq, this.pageSize);
      const touched = touchedByAll(changes, queue);
      if (touched === 'all') return 'all';
      for (const id of touched) ids.add(id);
      seq = changes.at(-1)?.seq ?? seq;
      if (changes.length < this.pageSize) return seq === head ? ids : 'all';
    }
  }
}

/** A change that concerns the whole queue has no entries. */
const itemsOf = ({ items }: EvaluatedQueue, touched: Touched): QueueItem[] =>
  touched === 'all' ? [] : [...touched].flatMap((id) => items.get(id) ?? []);
