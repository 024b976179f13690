import type { PrometheusSeries } from '@discord-relay/local-stack';
import type pg from 'pg';

/** At least four scrapes, as Grafana chooses it. */
const RATE_INTERVAL = '10s';

/** PromQL as Grafana sends it to a Prometheus that scrapes every second. @throws Error for a macro that is not known here */
export function promQueryOf(text: string): string {
  const query = text.replaceAll('$__rate_interval', RATE_INTERVAL);
  if (query.includes('$')) throw new Error(`unknown macro: ${query}`);
  return query;
}

/** SQL as Grafana sends it, for the last week. @throws Error as {@link promQueryOf} */
export function sqlOf(text: string, variables: Readonly<Record<string, string>>): string {
  const sql = text
    .replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole)
    .replaceAll(
      /\$__timeFilter\(([^)]*)\)/g,
      (_, column: string) => `${column} BETWEEN now() - interval '7 days' AND now()`,
    );
  if (sql.includes('$')) throw new Error(`unknown variable or macro: ${sql}`);
  return sql;
}

/** A series' name in the legend of a panel. */
export const legendOf = (pattern: string | undefined, { metric }: PrometheusSeries): string =>
  pattern === undefined
    ? JSON.stringify(metric)
    : pattern.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '');

/** The values that Grafana draws: no `NaN`, and nothing infinite. */
export const numbersOf = (series: readonly PrometheusSeries[]): number[] =>
  series.flatMap(({ values }) => values.map(([, value]) => Number(value))).filter(Number.isFinite);

const NUMERIC_OIDS = [20, 21, 23, 700, 701, 1700];
const TIMESTAMPTZ_OID = 1184;

/** Why Grafana could not show the answer in a panel of this kind; undefined: it can. */
export function unsuitable(
  kind: 'timeseries' | 'stat' | 'table',
  { fields, rows }: pg.QueryResult<Record<string, unknown>>,
): string | undefined {
  if (rows.length === 0) return 'no rows';
  if (kind === 'table') return undefined;
  const [first, ...others] = fields;
  const numbers = kind === 'timeseries' ? others : fields;
  if (kind === 'timeseries' && (first!.name !== 'time' || first!.dataTypeID !== TIMESTAMPTZ_OID))
    return 'the first column is not the time';
  if (numbers.length === 0 || numbers.some(({ dataTypeID }) => !NUMERIC_OIDS.includes(dataTypeID)))
    return 'a column is not a number';
  if (numbers.some(({ name }) => rows[0]![name] === null)) return 'no value';
  return undefined;
}
