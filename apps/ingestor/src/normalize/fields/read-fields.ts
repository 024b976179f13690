import {
  compareSnowflakes,
  isSnowflake,
  LAST_SNOWFLAKE,
  MAX_NAME_CHARS,
  type ReadTally,
  sanitizeNumber,
  sanitizeText,
  type Snowflake,
} from '@discord-relay/contracts';

export type { ReadTally } from '@discord-relay/contracts';

/** An object from Discord that has not been validated. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a value; undefined: the value has another type. Omitted parts of a readable value are counted. */
export type Read<T> = (value: unknown, tally: ReadTally) => T | undefined;

/** An id that the read models can store and find. */
export const isId = (value: unknown): value is Snowflake =>
  isSnowflake(value) && compareSnowflakes(value, LAST_SNOWFLAKE) <= 0 && (value === '0' || value[0] !== '0');

export const id: Read<Snowflake> = (value) => (isId(value) ? value : undefined);

/** Text that can be stored. Text over the limit is cut and counted as an omitted part. */
export const text =
  (maxChars = MAX_NAME_CHARS): Read<string> =>
  (value, tally) =>
    typeof value === 'string' ? sanitizeText(value, maxChars, tally) : undefined;

export const boolean: Read<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

const MAX_INT32 = 2 ** 31 - 1;

/** A 32-bit integer, the size of the columns. */
export const integer: Read<number> = (value) =>
  Number.isInteger(value) && Math.abs(Number(value)) <= MAX_INT32 ? sanitizeNumber(Number(value)) : undefined;

/** An integer that a JavaScript number represents exactly. */
export const wideInteger: Read<number> = (value) =>
  Number.isSafeInteger(value) ? sanitizeNumber(Number(value)) : undefined;

export const number: Read<number> = (value) =>
  Number.isFinite(value) ? sanitizeNumber(Number(value)) : undefined;

/** A 64-bit set in decimal. */
export const permissionSet: Read<string> = (value) => (isSnowflake(value) ? value : undefined);

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Discord's ISO 8601 with an offset -> ISO 8601 in UTC with milliseconds. */
export const timestamp: Read<string> = (value) => {
  if (typeof value !== 'string' || !TIMESTAMP.test(value)) return undefined;
  const time = new Date(value);
  // Postgres has no year 0.
  return time.getUTCFullYear() >= 1 && time.getUTCFullYear() <= 9999 ? time.toISOString() : undefined;
};

export const object: Read<Fields> = (value) => (isFields(value) ? value : undefined);

/** The readable items, at most `maxItems`; the others are counted. */
export const list =
  <T>(read: Read<T>, maxItems = Number.POSITIVE_INFINITY): Read<T[]> =>
  (value, tally) => {
    if (!Array.isArray(value)) return undefined;
    const items: T[] = [];
    for (const each of value) {
      const item = items.length < maxItems ? read(each, tally) : undefined;
      if (item !== undefined) items.push(item);
    }
    tally.dropped += value.length - items.length;
    return items;
  };

/** A list that is only meaningful as a whole: one unreadable item makes it unreadable. */
export const wholeList =
  <T>(read: Read<T>): Read<T[]> =>
  (value, tally) => {
    if (!Array.isArray(value)) return undefined;
    const items = value.map((each) => read(each, tally));
    return items.some((item) => item === undefined) ? undefined : (items as T[]);
  };

/**
 * The items of a list whose ids are readable. `whole`: the list is complete, so an item that is not in it does not exist.
 */
export interface Listed<T> {
  items: T[];
  whole: boolean;
}

/** A list of a guild's things. A missing or malformed list is not an empty one. */
export function readListed<T>(value: unknown, read: Read<T>, tally: ReadTally): Listed<T> {
  if (!Array.isArray(value)) {
    if (value !== undefined) tally.dropped += 1;
    return { items: [], whole: false };
  }
  const items = list(read)(value, tally)!;
  return { items, whole: items.length === value.length };
}

/** {@link Read} for a single value, if null, absent and unreadable mean the same. */
export const valueOf = <T>(read: Read<T>, value: unknown, tally: ReadTally): T | undefined =>
  read(value, tally);

export const textOrNull = (value: unknown, tally: ReadTally): string | null =>
  valueOf(text(), value, tally) ?? null;

export const snowflakeOrNull = (value: unknown): Snowflake | null => (isSnowflake(value) ? value : null);

export const integerOrZero = (value: unknown, tally: ReadTally): number =>
  valueOf(wideInteger, value, tally) ?? 0;

/** The readable items of a list, and the number of items that were unreadable or over the limit. */
export interface ReadList<T> {
  items: T[];
  dropped: number;
}

/** Reads every item of a list; an item that `read` rejects (undefined) is counted. A missing list counts as empty. */
export function readList<T>(value: unknown, read: Read<T>, maxItems?: number): ReadList<T> {
  if (value === undefined || value === null) return { items: [], dropped: 0 };
  const tally = { dropped: 0 };
  const items = list(read, maxItems)(value, tally);
  return items ? { items, dropped: tally.dropped } : { items: [], dropped: 1 };
}
