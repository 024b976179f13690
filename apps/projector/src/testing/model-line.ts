/** A row as one line: what tests compare, whether it comes from Postgres or from a model. */
export const line = (...values: unknown[]): string =>
  values.map((value) => (value instanceof Date ? value.toISOString() : String(value))).join(' ');

export const hour = (time: string): string => time.replace(/:\d\d:.*$/, ':00:00.000Z');
