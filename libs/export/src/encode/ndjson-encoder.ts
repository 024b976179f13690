import { EXPORT_COLUMNS } from '@discord-relay/contracts';
import type { ExportedRow, RowEncoder } from './row-encoder.js';

const KEYS = EXPORT_COLUMNS.map(({ name }) => `${JSON.stringify(name)}:`);
const NOTHING = new Uint8Array();

/** A JSON object with all columns per line. Ids are strings, because JSON numbers are exact only below 2^53. */
export class NdjsonEncoder implements RowEncoder {
  add(rows: readonly ExportedRow[]): Uint8Array {
    return Buffer.from(rows.map(lineOf).join(''));
  }

  end(): Uint8Array {
    return NOTHING;
  }
}

const lineOf = (row: ExportedRow): string =>
  `{${KEYS.map((key, i) => key + JSON.stringify(row[i])).join(',')}}\n`;
