import { escapeControls } from './escape-controls.js';

/**
 * Pads each column to its widest cell, with two spaces between columns. Each row takes one line, whatever its cells contain.
 */
export function formatTable(header: string[], rows: string[][]): string {
  const all = [header, ...rows.map((row) => row.map(escapeControls))];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
