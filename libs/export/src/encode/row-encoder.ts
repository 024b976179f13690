import type { ArchivedPart } from '@discord-relay/contracts';

/** The values of a message in the order of `EXPORT_COLUMNS`, as gateway-api sends them. */
export type ExportedRow = readonly unknown[];

/**
 * Turns rows into the bytes of one file. The bytes depend on the rows alone, not on how they are divided between calls: an export that
 * was interrupted continues with other divisions.
 */
export interface RowEncoder {
  /** Bytes to be written now; may be empty. */
  add(rows: readonly ExportedRow[]): Uint8Array | Promise<Uint8Array>;
  /** The rest of the file. */
  end(): Uint8Array | Promise<Uint8Array>;
  /** What the file has, for a list of files. */
  readonly parts?: readonly ArchivedPart[];
}

/** An encoder that needs nothing but the rows. */
export interface SyncRowEncoder extends RowEncoder {
  add(rows: readonly ExportedRow[]): Uint8Array;
  end(): Uint8Array;
}
