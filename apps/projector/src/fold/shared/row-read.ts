import { compareSnowflakes, type Snowflake } from '@discord-relay/contracts';
import type { RowOf, Table } from '@discord-relay/read-model/tables';

/** A query for rows that a batch may read or write, selected by keys of type `Key`. */
export interface RowRead<T extends Table = Table, Key extends readonly unknown[] = never> {
  /** Name of the prepared statement. */
  readonly name: string;
  readonly table: T;
  /** The columns to read; default: all. */
  readonly columns?: readonly (keyof T['columns'] & string)[];
  readonly where: string;
  /** The SQL after FROM; default: the table. */
  readonly from?: string;
  /** The statement's parameters, computed from the keys; default: one array for each part of the key. */
  readonly parameters?: (keys: Key[]) => unknown[];
}

type AnyRead = RowRead<Table, never>;

/** The keys of the rows that a batch needs, by query. */
export class RequiredRows {
  private readonly keysOf = new Map<AnyRead, Map<unknown, readonly unknown[]>>();

  /** `highestMessageId`: no stored message has a higher id; absent: not known. */
  constructor(private readonly highestMessageId?: Snowflake) {}

  /** Whether it is certain, without a query, that the message is not stored. */
  isNewMessage(id: Snowflake): boolean {
    return this.highestMessageId !== undefined && compareSnowflakes(id, this.highestMessageId) > 0;
  }

  add<T extends Table, Key extends readonly unknown[]>(read: RowRead<T, Key>, ...key: Key): void {
    const query = read as unknown as AnyRead;
    let keys = this.keysOf.get(query);
    if (!keys) this.keysOf.set(query, (keys = new Map<unknown, readonly unknown[]>()));
    keys.set(key.length === 1 ? key[0] : key.join(' '), key);
  }

  /** Every query that has keys to look up, with its parameters. */
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

  /** The rows that these queries found; a row found by several of them is included several times. */
  of<T extends Table>(...reads: RowRead<T, never>[]): RowOf<T>[] {
    if (reads.length === 1) return (this.rowsOf.get(reads[0] as unknown as AnyRead) ?? []) as RowOf<T>[];
    return reads.flatMap((read) => (this.rowsOf.get(read as unknown as AnyRead) ?? []) as RowOf<T>[]);
  }
}
