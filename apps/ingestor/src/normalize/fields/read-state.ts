import { isFields, type Fields, type Read, type ReadTally } from './read-fields.js';

/** What a key holds: four things that must not be taken for each other. */
export type Reading<T> = { is: 'absent' } | { is: 'null' } | { is: 'unreadable' } | { is: 'value'; value: T };

export function readKey<T>(fields: Fields, key: string, read: Read<T>, tally: ReadTally): Reading<T> {
  const found = fields[key];
  if (found === undefined) return { is: 'absent' };
  if (found === null) return { is: 'null' };
  const value = read(found, tally);
  return value === undefined ? { is: 'unreadable' } : { is: 'value', value };
}

/** Nothing follows: what was known before stays. */
export const UNKNOWN = Symbol('not known');

/** What it says when a key holds no value: nothing, or this. */
type KeyDefault<T> = typeof UNKNOWN | { readonly says: T };

/** A key of Discord's, how its value is read, and what each of the three others means. */
export interface Key<T> {
  readonly key: string;
  readonly read: Read<T>;
  readonly absent: KeyDefault<T>;
  readonly null: KeyDefault<T>;
  readonly unreadable: KeyDefault<T>;
}

const ALL_UNKNOWN = { absent: UNKNOWN, null: UNKNOWN, unreadable: UNKNOWN } as const;

/** A key that holds a value or says nothing: Discord never sends null there. */
export const optionalKey = <T>(key: string, read: Read<T>): Key<T> => ({ key, read, ...ALL_UNKNOWN });

/** A key in which null is a word of Discord's: there is none. */
export const nullableKey = <T>(key: string, read: Read<T>): Key<T | null> => ({
  ...ALL_UNKNOWN,
  key,
  read,
  null: { says: null },
});

/** A key that Discord leaves out, or sends as null, for `none`: only in an object that is described in full. */
export const keyWithDefault = <T, N>(key: string, read: Read<T>, none: N): Key<T | N> => ({
  key,
  read,
  absent: { says: none },
  null: { says: none },
  unreadable: UNKNOWN,
});

/** Which of Discord's keys says which part of a state. */
export type Shape<S> = { readonly [K in keyof S]-?: Key<Exclude<S[K], undefined>> };

/**
 * What an object says of a state: of each part a value, or no key where nothing is known. What was sent and cannot be
 * read is counted.
 */
export function readState<S>(shape: Shape<S>, fields: Fields, tally: ReadTally): Partial<S> {
  const state: Partial<S> = {};
  for (const part in shape) {
    const said = resolveKey(shape[part] as Key<S[typeof part]>, fields, tally);
    if (said !== UNKNOWN) state[part] = said.says;
  }
  return state;
}

/** As {@link readState} of a single key: undefined where nothing is known. */
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

/** The object under a key; one without keys where there is none. */
export function nestedFields(fields: Fields, key: string, tally: ReadTally): Fields {
  const inner = fields[key];
  if (isFields(inner)) return inner;
  if (inner !== undefined && inner !== null) tally.dropped += 1;
  return {};
}
