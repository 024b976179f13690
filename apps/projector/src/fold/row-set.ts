/** Rows by key that remembers which of them changed. */
export class RowSet<Key, Row extends { seq: number }> {
  private readonly rows: Map<Key, Row>;
  private readonly changed = new Set<Key>();

  constructor(rows: Row[], keyOf: (row: Row) => Key) {
    this.rows = new Map(rows.map((row) => [keyOf(row), row]));
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
    return [...this.changed].map((key) => this.rows.get(key)!);
  }
}
