import { VIEW_TEXTS } from '../../texts/view-texts.js';

interface FactsTableProps {
  label: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  note?: string | null;
}

export function FactsTable({ label, columns, rows, note }: FactsTableProps) {
  return (
    <>
      {note && <p className="muted">{note}</p>}
      {rows.length === 0 && <p className="muted">{VIEW_TEXTS.admin.none}</p>}
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
                <tr key={row}>
                  {cells.map((cell, column) => (
                    <td key={column}>
                      <bdi>{cell}</bdi>
                    </td>
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
