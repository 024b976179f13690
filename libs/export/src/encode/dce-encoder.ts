import { EXPORT_COLUMNS, type ExportColumnName } from '@discord-relay/contracts';
import type { ExportedRow, RowEncoder } from './row-encoder.js';
import { dceHeader, dceMessage, type DceRow } from './dce-message.js';

const NAMES: ExportColumnName[] = EXPORT_COLUMNS.map(({ name }) => name);

/** JSON in the format of DiscordChatExporter: one channel, one message per line. It has no time of the export: equal rows, equal bytes. */
export class DceEncoder implements RowEncoder {
  private rows = 0;

  add(rows: readonly ExportedRow[]): Uint8Array {
    const text = rows.map((row) => this.textOf(rowOf(row))).join('');
    return Buffer.from(text);
  }

  end(): Uint8Array {
    return Buffer.from(this.rows === 0 ? '' : `\n],\n"messageCount": ${this.rows}}\n`);
  }

  private textOf(row: DceRow): string {
    const before =
      this.rows === 0 ? `${JSON.stringify(dceHeader(row)).slice(0, -1)},\n"messages": [\n` : ',\n';
    this.rows += 1;
    return before + JSON.stringify(dceMessage(row));
  }
}

/** The values by name, with the details as the last one. */
function rowOf(values: ExportedRow): DceRow {
  const row = Object.fromEntries(NAMES.map((name, i) => [name, values[i]]));
  return { ...row, details: values[NAMES.length] ?? null } as DceRow;
}
