/** A row as one line, so that tests can compare rows of Postgres with rows of a model. */
export const line = (...values: unknown[]): string =>
  values.map((value) => (value instanceof Date ? value.toISOString() : String(value))).join(' ');

export const hour = (time: string): string => time.replace(/:\d\d:.*$/, ':00:00.000Z');
