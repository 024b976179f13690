import { isFields, type Fields, type Read, type Tally } from './read-fields.js';

/** What a key holds: four things that must not be taken for each other. */
export type Reading<T> = { is: 'absent' } | { is: 'null' } | { is: 'unreadable' } | { is: 'value'; value: T };

export function readKey<T>(fields: Fields, key: string, read: Read<T>, tally: Tally): Reading<T> {
  const found = fields[key];
  if (found === undefined) return { is: 'absent' };
  if (found === null) return { is: 'null' };
  const value = read(found, tally);
  return value === undefined ? { is: 'unreadable' } : { is: 'value', value };
}

/** Nothing follows: what was known before stays. */
export const NOT_KNOWN = Symbol('not known');

/** What it says when a key holds no value: nothing, or this. */
type Meaning<T> = typeof NOT_KNOWN | { readonly says: T };

/** A key of Discord's, how its value is read, and what each of the three others means. */
export interface Key<T> {
  readonly key: string;
  readonly read: Read<T>;
  readonly absent: Meaning<T>;
  readonly null: Meaning<T>;
  readonly unreadable: Meaning<T>;
}

const NOTHING = { absent: NOT_KNOWN, null: NOT_KNOWN, unreadable: NOT_KNOWN } as const;

/** A key that holds a value or says nothing: Discord never sends null there. */
export const told = <T>(key: string, read: Read<T>): Key<T> => ({ key, read, ...NOTHING });

/** A key in which null is a word of Discord's: there is none. */
export const orNone = <T>(key: string, read: Read<T>): Key<T | null> => ({
  ...NOTHING,
  key,
  read,
  null: { says: null },
});

/** A key that Discord leaves out, or sends as null, for `none`: only in an object that is described in full. */
export const unlessLeftOut = <T, N>(key: string, read: Read<T>, none: N): Key<T | N> => ({
  key,
  read,
  absent: { says: none },
  null: { says: none },
  unreadable: NOT_KNOWN,
});

/** Which of Discord's keys says which part of a state. */
export type Shape<S> = { readonly [K in keyof S]-?: Key<Exclude<S[K], undefined>> };

/**
 * What an object says of a state: of each part a value, or no key where nothing is known. What was sent and cannot be
 * read is counted.
 */
export function readState<S>(shape: Shape<S>, fields: Fields, tally: Tally): Partial<S> {
  const state: Partial<S> = {};
  for (const part in shape) {
    const said = meaningOf(shape[part] as Key<S[typeof part]>, fields, tally);
    if (said !== NOT_KNOWN) state[part] = said.says;
  }
  return state;
}

/** As {@link readState} of a single key: undefined where nothing is known. */
export function readOne<T>(key: Key<T>, fields: Fields, tally: Tally): T | undefined {
  const said = meaningOf(key, fields, tally);
  return said === NOT_KNOWN ? undefined : said.says;
}

function meaningOf<T>(key: Key<T>, fields: Fields, tally: Tally): Meaning<T> {
  const reading = readKey(fields, key.key, key.read, tally);
  if (reading.is === 'value') return { says: reading.value };
  const said = key[reading.is];
  if (reading.is !== 'absent' && said === NOT_KNOWN) tally.dropped += 1;
  return said;
}

/** The object under a key; one without keys where there is none. */
export function within(fields: Fields, key: string, tally: Tally): Fields {
  const inner = fields[key];
  if (isFields(inner)) return inner;
  if (inner !== undefined && inner !== null) tally.dropped += 1;
  return {};
}
