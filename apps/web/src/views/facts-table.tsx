import type { ReactNode } from 'react';
import { ADMIN_TEXTS } from '../texts/admin-texts.js';

interface FactsTableProps {
  label: string;
  columns: readonly string[];
  rows: readonly (readonly ReactNode[])[];
  /** A key for each row, where cells have a state of their own; default: its number. */
  keys?: readonly string[];
  note?: string | null;
}

export function FactsTable({ label, columns, rows, keys, note }: FactsTableProps) {
  return (
    <>
      {note && <p className="muted">{note}</p>}
      {rows.length === 0 && <p className="muted">{ADMIN_TEXTS.none}</p>}
      {rows.length > 0 && (
        <div className="table-scroller" tabIndex={0} role="region" aria-label={label}>
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((cells, row) => (
                <tr key={keys?.[row] ?? row}>
                  {cells.map((cell, column) => (
                    <td key={column}>{typeof cell === 'string' ? <bdi>{cell}</bdi> : cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
