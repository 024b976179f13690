import type { Change, QueueEntry, Snowflake } from '@discord-relay/contracts';
import type { ReadModelDatabase } from '../database/read-model.database.js';
import { readGuildTail } from '../read/changes.query.js';
import type { EvaluatedQueue } from './queue-index.js';
import type { QueueItem } from './queue-item.js';
import type { QueueReader } from './queue-reader.js';
import { type Touched, touchedBy, touchedByAll } from './queue-scope.js';

/** Maximum number of changes that a resumed stream gets one by one. */
const MAX_CHANGES = 1_000;

/** The entries that changes concern, in their current state. */
export class QueueChanges {
  constructor(
    private readonly database: ReadModelDatabase,
    readonly reader: QueueReader,
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
      const { changes, head } = await readGuildTail(query, guildId, after, MAX_CHANGES);
      const isWhole = (changes.at(-1)?.seq ?? after) === head;
      const touched = isWhole ? touchedByAll(changes, queue) : 'all';
      const open = queue.sorted.filter(({ state }) => state !== 'solved');
      return this.reader.entriesOf(query, guildId, touched === 'all' ? open : itemsOf(queue, touched));
    });
  }
}

/** A change that concerns the whole queue has no entries. */
const itemsOf = ({ items }: EvaluatedQueue, touched: Touched): QueueItem[] =>
  touched === 'all' ? [] : [...touched].flatMap((id) => items.get(id) ?? []);
