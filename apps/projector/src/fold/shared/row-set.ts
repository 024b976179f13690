/**
 * Rows by key that remembers which of them changed. A row's `seq` is that of the newest event that described it, also of one
 * that changed nothing, where an event can remove the row without naming it: a parked list or `guild.left` that is retried
 * later must not remove what was described after it (ADR 13).
 */
export class RowSet<Key, Row extends { seq: number }> {
  private readonly rows: Map<Key, Row>;
  private readonly changed = new Set<Key>();
  private readonly loaded: ReadonlySet<Key>;

  constructor(rows: Row[], keyOf: (row: Row) => Key) {
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
   * Puts the row that `next` makes of the present one; null leaves it. An event that is not newer than the row is
   * never applied to it. Returns the new row, or null when nothing changed.
   */
  update(key: Key, seq: number, next: (row?: Row) => Row | null): Row | null {
    const row = this.rows.get(key);
    if (row && row.seq >= seq) return null;
    const after = next(row);
    if (after) this.set(key, after);
    return after;
  }

  dirty(): Row[] {
    return this.rowsOf([...this.changed]);
  }

  /** Of the dirty rows those that were not there before. */
  added(): Row[] {
    return this.rowsOf([...this.changed].filter((key) => !this.loaded.has(key)));
  }

  /** Of the dirty rows those that were there before. */
  replaced(): Row[] {
    return this.rowsOf([...this.changed].filter((key) => this.loaded.has(key)));
  }

  private rowsOf(keys: Key[]): Row[] {
    return keys.map((key) => this.rows.get(key)!);
  }
}
