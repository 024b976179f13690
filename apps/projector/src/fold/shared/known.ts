type Known<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Removes undefined keys, so that spreading the result over a row keeps known values. */
export function known<T extends object>(fields: T): Known<T> {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as Known<T>;
}
