import type { ReactNode } from 'react';
import type { RestCounts } from '@discord-relay/contracts';
import { STATISTICS_TEXTS as TEXTS } from '../../texts/statistics-texts.js';

const COLUMNS = ['messages', 'edits', 'deletions', 'reactions', 'authors'] as const;

interface CountsTableProps {
  /** Heading of the first column. */
  first: string;
  rows: { key: string; name: ReactNode; counts: RestCounts }[];
}

export function CountsTable({ first, rows }: CountsTableProps) {
  if (rows.length === 0) return <p className="muted">{TEXTS.none}</p>;
  return (
    <div className="table-scroller" tabIndex={0} role="region" aria-label={TEXTS.channels}>
      <table>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" className="number">
                {TEXTS.counts[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, counts }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {COLUMNS.map((column) => (
                <td key={column} className="number">
                  {counts[column].toLocaleString()}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
