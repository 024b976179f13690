import { EXPORT_COLUMNS } from '@discord-relay/contracts';
import type { ExportedRow, RowEncoder } from './row-encoder.js';

const HEADER = `${EXPORT_COLUMNS.map(({ name }) => name).join(',')}\r\n`;
const NEEDS_QUOTES = /[",\r\n]/;

/** RFC 4180 in UTF-8, with a header. null is empty, and an empty text is `""`; JSON columns contain JSON. */
export class CsvEncoder implements RowEncoder {
  private header = HEADER;

  add(rows: readonly ExportedRow[]): Uint8Array {
    return Buffer.from(this.takeHeader() + rows.map(lineOf).join(''));
  }

  end(): Uint8Array {
    return Buffer.from(this.takeHeader());
  }

  private takeHeader(): string {
    const header = this.header;
    this.header = '';
    return header;
  }
}

const lineOf = (row: ExportedRow): string => `${row.map(field).join(',')}\r\n`;

function field(value: unknown): string {
  if (value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
