import type { RowOf, Table } from '@discord-relay/read-model/tables';

/** A query for the rows that a batch may read or write; `Key` is what one of them is found by. */
export interface RowRead<T extends Table = Table, Key extends readonly unknown[] = never> {
  /** Name of the prepared statement. */
  readonly name: string;
  readonly table: T;
  /** The columns that are read; all by default. */
  readonly columns?: readonly (keyof T['columns'] & string)[];
  readonly where: string;
  /** What stands after FROM; the table by default. */
  readonly from?: string;
  /** The statement's parameters from the wanted keys; by default one array for each part of the key. */
  readonly parameters?: (keys: Key[]) => unknown[];
}

type AnyRead = RowRead<Table, never>;

/** The keys of the rows that a batch needs, by query. */
export class WantedRows {
  private readonly keysOf = new Map<AnyRead, Map<unknown, readonly unknown[]>>();

  add<T extends Table, Key extends readonly unknown[]>(read: RowRead<T, Key>, ...key: Key): void {
    const query = read as unknown as AnyRead;
    let keys = this.keysOf.get(query);
    if (!keys) this.keysOf.set(query, (keys = new Map<unknown, readonly unknown[]>()));
    keys.set(key.length === 1 ? key[0] : key.join(' '), key);
  }

  /** Every query with something to look for, and its parameters. */
  queries(): { read: AnyRead; parameters: unknown[] }[] {
    return [...this.keysOf].map(([read, keys]) => {
      const list = [...keys.values()];
      return { read, parameters: read.parameters?.(list as never[]) ?? transposed(list) };
    });
  }
}

const transposed = (keys: readonly unknown[][] | readonly (readonly unknown[])[]): unknown[][] =>
  (keys[0] ?? []).map((_, part) => keys.map((key) => key[part]));

/** The rows that queries found. */
export class LoadedRows {
  private readonly rowsOf = new Map<AnyRead, unknown[]>();

  add(read: AnyRead, rows: unknown[]): void {
    this.rowsOf.set(read, rows);
  }

  /** What these queries found; a row that several of them found is there several times. */
  of<T extends Table>(...reads: RowRead<T, never>[]): RowOf<T>[] {
    if (reads.length === 1) return (this.rowsOf.get(reads[0] as unknown as AnyRead) ?? []) as RowOf<T>[];
    return reads.flatMap((read) => (this.rowsOf.get(read as unknown as AnyRead) ?? []) as RowOf<T>[]);
  }
}
