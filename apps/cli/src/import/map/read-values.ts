import { compareSnowflakes, isSnowflake, LAST_SNOWFLAKE, type Snowflake } from '@discord-relay/contracts';
import { MAX_NAME_CHARS, sanitizeNumber, sanitizeText, type ReadTally } from '@discord-relay/contracts';

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object; an empty one if it is something else. */
export const fieldsIn = (value: unknown): Fields => (isFields(value) ? value : {});

export const listIn = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [];

/** An id of Discord that the read models can store; undefined: it is none. */
export function idIn(value: unknown): Snowflake | undefined {
  if (!isSnowflake(value) || value.startsWith('0')) return undefined;
  return compareSnowflakes(value, LAST_SNOWFLAKE) <= 0 ? value : undefined;
}

/** The text; undefined: it is none, or it is empty. */
export const textIn = (value: unknown, tally: ReadTally, maxChars = MAX_NAME_CHARS): string | undefined =>
  typeof value === 'string' && value !== '' ? sanitizeText(value, maxChars, tally) : undefined;

export const numberIn = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) ? sanitizeNumber(Number(value)) : undefined;

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** A time with any offset and any number of fractional digits, as ISO 8601 in UTC with milliseconds; undefined: it is none. */
export function timeIn(value: unknown): string | undefined {
  const match = typeof value === 'string' ? TIME.exec(value) : null;
  if (!match) return undefined;
  const [, seconds, fraction = '', offset] = match;
  const ms = Date.parse(`${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`);
  if (Number.isNaN(ms)) return undefined;
  const time = new Date(ms);
  // Postgres has no year 0.
  return time.getUTCFullYear() >= 1 && time.getUTCFullYear() <= 9_999 ? time.toISOString() : undefined;
}

/** An absolute address; undefined: a path beside the export, or nothing. */
export const addressIn = (value: unknown, tally: ReadTally, maxChars: number): string | undefined =>
  typeof value === 'string' && /^https?:\/\//i.test(value) ? sanitizeText(value, maxChars, tally) : undefined;
