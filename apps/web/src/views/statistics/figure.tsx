import { lazy, type ReactNode, Suspense } from 'react';
import type { ChartProps } from './chart.js';

const Chart = lazy(() => import('./chart.js'));

export interface FigureRow {
  key: string;
  cells: readonly [first: string, ...rest: string[]];
}

interface FigureProps {
  title: string;
  chart: Omit<ChartProps, 'label'>;
  columns: readonly [first: string, ...rest: string[]];
  rows: readonly FigureRow[];
  /** Shown instead of chart and table if there are no rows. */
  none: string;
  testId: string;
  children?: ReactNode;
}

/** A chart and, beside it, a table with its values; rows without any are left out. */
export function Figure({ title, chart, columns, rows, none, testId, children }: FigureProps) {
  return (
    <section data-testid={testId}>
      <h3>{title}</h3>
      {children}
      {rows.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <div className="figure">
          <Suspense fallback={<div className="chart" />}>
            <Chart {...chart} label={title} />
          </Suspense>
          <FigureTable title={title} columns={columns} rows={rows} />
        </div>
      )}
    </section>
  );
}

function FigureTable({ title, columns, rows }: Pick<FigureProps, 'title' | 'columns' | 'rows'>) {
  const [first, ...rest] = columns;
  return (
    <div className="table-scroller figure-table" tabIndex={0} role="region" aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {rest.map((column) => (
              <th key={column} scope="col" className="number">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [name, ...values] }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {values.map((value, index) => (
                <td key={columns[index + 1]} className="number">
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
