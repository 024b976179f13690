import { compareSnowflakes, isSnowflake, LAST_SNOWFLAKE, type Snowflake } from '@discord-relay/contracts';
import { MAX_NAME_CHARS, sanitizeText } from './sanitize.js';

/** An object from Discord of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Counts what Discord sent and nobody could read, or what was over a limit. */
export interface ReadTally {
  dropped: number;
}

/** Reads a value; undefined: it is not of this kind. What is left out of a value that can be read is counted. */
export type Read<T> = (value: unknown, tally: ReadTally) => T | undefined;

/** An id that the read models can store and find again. */
export const isId = (value: unknown): value is Snowflake =>
  isSnowflake(value) && compareSnowflakes(value, LAST_SNOWFLAKE) <= 0 && (value === '0' || value[0] !== '0');

export const id: Read<Snowflake> = (value) => (isId(value) ? value : undefined);

/** Text that can be stored. Text over the limit is cut, and counts as a part that was left out. */
export const text =
  (maxChars = MAX_NAME_CHARS): Read<string> =>
  (value, tally) => {
    if (typeof value !== 'string') return undefined;
    if (value.length > maxChars) tally.dropped += 1;
    return sanitizeText(value, maxChars);
  };

export const boolean: Read<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

const MAX_INT32 = 2 ** 31 - 1;

/** An integer of 32 bits: the width of the columns. */
export const integer: Read<number> = (value) =>
  Number.isInteger(value) && Math.abs(Number(value)) <= MAX_INT32 ? Number(value) : undefined;

/** An integer as large as a number holds exactly. */
export const wideInteger: Read<number> = (value) => (Number.isSafeInteger(value) ? Number(value) : undefined);

/** A finite number, whole or not. */
export const number: Read<number> = (value) => (Number.isFinite(value) ? Number(value) : undefined);

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

/** The items that can be read, at most `maxItems`; the others are counted. */
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

/** A list that says something only as a whole: one item that cannot be read makes it unreadable. */
export const wholeList =
  <T>(read: Read<T>): Read<T[]> =>
  (value, tally) => {
    if (!Array.isArray(value)) return undefined;
    const items = value.map((each) => read(each, tally));
    return items.some((item) => item === undefined) ? undefined : (items as T[]);
  };

/** The things in a list that could be named. `whole`: those are all, so what is not among them is not there. */
export interface Listed<T> {
  items: T[];
  whole: boolean;
}

/** A list of things that a guild has. A list that is absent or no list is not an empty one. */
export function readListed<T>(value: unknown, read: Read<T>, tally: ReadTally): Listed<T> {
  if (!Array.isArray(value)) {
    if (value !== undefined) tally.dropped += 1;
    return { items: [], whole: false };
  }
  const items = list(read)(value, tally)!;
  return { items, whole: items.length === value.length };
}

/** {@link Read} for a single value, where only a value counts: null, absent and unreadable are alike. */
export const valueOf = <T>(read: Read<T>, value: unknown, tally: ReadTally = { dropped: 0 }): T | undefined =>
  read(value, tally);

export const textOrNull = (value: unknown, maxChars = MAX_NAME_CHARS): string | null =>
  valueOf(text(maxChars), value) ?? null;

export const snowflakeOrNull = (value: unknown): Snowflake | null => (isSnowflake(value) ? value : null);

export const integerOrZero = (value: unknown): number => valueOf(wideInteger, value) ?? 0;

/** What could be read of a list, and how many of its items could not or were over the limit. */
export interface ReadList<T> {
  items: T[];
  dropped: number;
}

/** Reads every item of a list; an item that `read` refuses (undefined) is counted. A missing list is an empty one. */
export function readList<T>(
  value: unknown,
  read: (item: unknown) => T | undefined,
  maxItems?: number,
): ReadList<T> {
  if (value === undefined || value === null) return { items: [], dropped: 0 };
  const tally = { dropped: 0 };
  const items = list(read, maxItems)(value, tally);
  return items ? { items, dropped: tally.dropped } : { items: [], dropped: 1 };
}
