import type { JsonObject, JsonValue } from './field-types.js';

export const MAX_CONTENT_CHARS = 16_384;
export const MAX_NAME_CHARS = 1_024;
export const MAX_URL_CHARS = 2_048;
const MAX_OBJECT_BYTES = 64 * 1_024;
/** Discord's own embeds have three levels; rejecting deeper ones protects the stack. */
const MAX_DEPTH = 16;

/** Counts values that were unreadable or exceeded a limit. */
export interface ReadTally {
  dropped: number;
}

/** A NUL, or a surrogate of a pair or alone: a cheap test that most texts pass. */
const SUSPICIOUS = /[\0\ud800-\udfff]/;
/** NUL, which Postgres rejects, and unpaired surrogates, which UTF-8 cannot encode. */
const UNSTORABLE = /\0|\p{Surrogate}/gu;

/**
 * Returns text that every later stage can store, of at most `maxChars` UTF-16 units; longer text is cut and counted.
 * Characters that cannot be stored become U+FFFD, so that their place stays visible. Everything else is kept, including
 * other control characters, markup and SQL.
 */
export function sanitizeText(text: string, maxChars: number, tally: ReadTally): string {
  const isTooLong = text.length > maxChars;
  if (isTooLong) tally.dropped += 1;
  const kept = isTooLong ? cutAt(text, maxChars) : text;
  return SUSPICIOUS.test(kept) ? kept.replace(UNSTORABLE, '\uFFFD') : kept;
}

/** Never cuts a surrogate pair apart. */
function cutAt(text: string, maxChars: number): string {
  const last = text.charCodeAt(maxChars - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? maxChars - 1 : maxChars);
}

/** The number as JSON can write it: 0 for -0, which would otherwise read differently from what was written. */
export const sanitizeNumber = (value: number): number => (value === 0 ? 0 : value);

/** The URL without query and fragment: signatures in it expire, and a later fetch returns a fresh one. */
export function sanitizeUrl(url: string, tally: ReadTally): string {
  return sanitizeText(url.split(/[?#]/, 1)[0] ?? '', MAX_URL_CHARS, tally);
}

/**
 * The object (an embed, a component) with sanitized text, or undefined if it is not an object, nested too deeply or over 64 KiB
 * as JSON.
 */
export function sanitizeJsonObject(value: unknown, tally: ReadTally): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const clean = sanitizeJson(value, MAX_DEPTH, tally);
  if (clean === undefined || utf8Bytes(JSON.stringify(clean)) > MAX_OBJECT_BYTES) return undefined;
  return clean as JsonObject;
}

const utf8 = new TextEncoder();
const utf8Bytes = (text: string): number => utf8.encode(text).length;

function sanitizeJson(value: unknown, depthLeft: number, tally: ReadTally): JsonValue | undefined {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? sanitizeNumber(value) : null;
  if (typeof value === 'string') return sanitizeText(value, MAX_CONTENT_CHARS, tally);
  if (typeof value !== 'object' || depthLeft === 0) return undefined;
  return Array.isArray(value)
    ? sanitizeArray(value, depthLeft, tally)
    : sanitizeObject(value, depthLeft, tally);
}

function sanitizeArray(
  values: readonly unknown[],
  depthLeft: number,
  tally: ReadTally,
): JsonValue | undefined {
  const clean: JsonValue[] = [];
  for (const value of values) {
    const item = sanitizeJson(value, depthLeft - 1, tally);
    if (item === undefined) return undefined;
    clean.push(item);
  }
  return clean;
}

/** fromEntries, because assignment to a key named `__proto__` would set the prototype. */
function sanitizeObject(value: object, depthLeft: number, tally: ReadTally): JsonObject | undefined {
  const entries: [string, JsonValue][] = [];
  for (const [key, each] of Object.entries(value)) {
    const item = sanitizeJson(each, depthLeft - 1, tally);
    if (item === undefined) return undefined;
    entries.push([sanitizeText(key, MAX_NAME_CHARS, tally), item]);
  }
  return Object.fromEntries(entries);
}
