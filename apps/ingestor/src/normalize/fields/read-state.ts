import { isFields, type Fields, type Read, type ReadTally } from './read-fields.js';

/** The content of a key: four cases that must not be confused. */
export type Reading<T> = { is: 'absent' } | { is: 'null' } | { is: 'unreadable' } | { is: 'value'; value: T };

export function readKey<T>(fields: Fields, key: string, read: Read<T>, tally: ReadTally): Reading<T> {
  const found = fields[key];
  if (found === undefined) return { is: 'absent' };
  if (found === null) return { is: 'null' };
  const value = read(found, tally);
  return value === undefined ? { is: 'unreadable' } : { is: 'value', value };
}

/** The value is unknown: the stored one stays. */
const UNKNOWN = Symbol('not known');

/** The meaning of a key without a value: unknown, or this value. */
type KeyDefault<T> = typeof UNKNOWN | { readonly says: T };

/** One of Discord's keys, how to read its value, and the meaning of the three other cases. */
export interface Key<T> {
  readonly key: string;
  readonly read: Read<T>;
  readonly absent: KeyDefault<T>;
  readonly null: KeyDefault<T>;
  readonly unreadable: KeyDefault<T>;
}

const ALL_UNKNOWN = { absent: UNKNOWN, null: UNKNOWN, unreadable: UNKNOWN } as const;

/** A key that has a value or is absent: Discord never sends null there. */
export const optionalKey = <T>(key: string, read: Read<T>): Key<T> => ({ key, read, ...ALL_UNKNOWN });

/** A key whose null means "none". */
export const nullableKey = <T>(key: string, read: Read<T>): Key<T | null> => ({
  ...ALL_UNKNOWN,
  key,
  read,
  null: { says: null },
});

/** A key that is omitted or null when it has no value: only in completely described objects. */
export const keyWithDefault = <T, N>(key: string, read: Read<T>, none: N): Key<T | N> => ({
  key,
  read,
  absent: { says: none },
  null: { says: none },
  unreadable: UNKNOWN,
});

/** The key of Discord for each part of a state. */
export type Shape<S> = { readonly [K in keyof S]-?: Key<Exclude<S[K], undefined>> };

/** Reads a state from an object: each part has a value, or no key if it is unknown. Unreadable values are counted. */
export function readState<S>(shape: Shape<S>, fields: Fields, tally: ReadTally): Partial<S> {
  const state: Partial<S> = {};
  for (const part in shape) {
    const said = resolveKey(shape[part] as Key<S[typeof part]>, fields, tally);
    if (said !== UNKNOWN) state[part] = said.says;
  }
  return state;
}

/** As {@link readState} for a single key: undefined if unknown. */
export function readOne<T>(key: Key<T>, fields: Fields, tally: ReadTally): T | undefined {
  const said = resolveKey(key, fields, tally);
  return said === UNKNOWN ? undefined : said.says;
}

function resolveKey<T>(key: Key<T>, fields: Fields, tally: ReadTally): KeyDefault<T> {
  const reading = readKey(fields, key.key, key.read, tally);
  if (reading.is === 'value') return { says: reading.value };
  const said = key[reading.is];
  if (reading.is !== 'absent' && said === UNKNOWN) tally.dropped += 1;
  return said;
}

/** The object under a key; an empty one if there is none. */
export function nestedFields(fields: Fields, key: string, tally: ReadTally): Fields {
  const inner = fields[key];
  if (isFields(inner)) return inner;
  if (inner !== undefined && inner !== null) tally.dropped += 1;
  return {};
}
