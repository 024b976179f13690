import { isSnowflake, type Snowflake } from '@discord-relay/contracts';
import { MAX_NAME_CHARS, sanitizeText } from './sanitize.js';

/** An object from Discord of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const snowflakeOrNull = (value: unknown): Snowflake | null => (isSnowflake(value) ? value : null);

export const textOrNull = (value: unknown, maxChars = MAX_NAME_CHARS): string | null =>
  typeof value === 'string' ? sanitizeText(value, maxChars) : null;

export const textOrEmpty = (value: unknown, maxChars = MAX_NAME_CHARS): string =>
  textOrNull(value, maxChars) ?? '';

export const integerOrNull = (value: unknown): number | null =>
  Number.isSafeInteger(value) ? Number(value) : null;

export const integerOrZero = (value: unknown): number => integerOrNull(value) ?? 0;

/** A finite number, whole or not. */
export const numberOrZero = (value: unknown): number => (Number.isFinite(value) ? Number(value) : 0);

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Discord's ISO 8601 with an offset -> ISO 8601 in UTC with milliseconds; null when it is no such date. */
export function timestampOrNull(value: unknown): string | null {
  if (typeof value !== 'string' || !TIMESTAMP.test(value)) return null;
  const timeMs = Date.parse(value);
  return Number.isNaN(timeMs) ? null : new Date(timeMs).toISOString();
}

/** What could be read of a list, and how many of its items could not or were over the limit. */
export interface ReadList<T> {
  items: T[];
  dropped: number;
}

/** Reads every item of a list; an item that `read` refuses (undefined) is counted. A missing list is an empty one. */
export function readList<T>(
  value: unknown,
  read: (item: unknown) => T | undefined,
  maxItems = Number.POSITIVE_INFINITY,
): ReadList<T> {
  if (value === undefined || value === null) return { items: [], dropped: 0 };
  if (!Array.isArray(value)) return { items: [], dropped: 1 };
  const items: T[] = [];
  for (const each of value) {
    const item = items.length < maxItems ? read(each) : undefined;
    if (item !== undefined) items.push(item);
  }
  return { items, dropped: value.length - items.length };
}

/** A list of ids; what is none is counted. */
export const readIds = (value: unknown, maxItems?: number): ReadList<Snowflake> =>
  readList(value, (each) => (isSnowflake(each) ? each : undefined), maxItems);
