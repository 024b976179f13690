import type { VersionRecorder } from './row-versions.js';

/**
 * Rows by key, with a record of which ones changed. If an event can remove rows without naming them, a row's `seq` is that of
 * the newest event that described it, even without a difference: a parked list or `guild.left` that is retried later must not
 * remove what was described after it (ADR 13).
 */
export class RowSet<Key, Row extends { seq: number }> {
  private readonly rows: Map<Key, Row>;
  private readonly changed = new Set<Key>();
  private readonly loaded: ReadonlySet<Key>;

  /** `versions` receives the rows that are replaced. */
  constructor(
    rows: Row[],
    keyOf: (row: Row) => Key,
    private readonly versions?: VersionRecorder<Row>,
  ) {
    this.rows = new Map(rows.map((row) => [keyOf(row), row]));
    this.loaded = new Set(this.rows.keys());
  }

  get(key: Key): Row | undefined {
    return this.rows.get(key);
  }

  all(): Row[] {
    return [...this.rows.values()];
  }

  set(key: Key, row: Row): void {
    this.rows.set(key, row);
    this.changed.add(key);
  }

  /**
   * Replaces the row by the result of `next`; null leaves it unchanged. An event that is not newer than the row is not applied.
   * Returns the new row, or null if nothing changed.
   */
  update(key: Key, seq: number, next: (row?: Row) => Row | null): Row | null {
    const row = this.rows.get(key);
    if (row && row.seq >= seq) return null;
    const after = next(row);
    if (!after) return null;
    this.versions?.replaced(row, after, seq);
    this.set(key, after);
    return after;
  }

  dirty(): Row[] {
    return this.rowsOf([...this.changed]);
  }

  /** The dirty rows that did not exist before. */
  added(): Row[] {
    return this.rowsOf(this.addedKeys());
  }

  addedKeys(): Key[] {
    return [...this.changed].filter((key) => !this.loaded.has(key));
  }

  /** The dirty rows that existed before. */
  replaced(): Row[] {
    return this.rowsOf([...this.changed].filter((key) => this.loaded.has(key)));
  }

  private rowsOf(keys: Key[]): Row[] {
    return keys.map((key) => this.rows.get(key)!);
  }
}
