type Known<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the keys that say nothing, so that a spread over a row leaves there what was known. */
export function known<T extends object>(fields: T): Known<T> {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as Known<T>;
}
