import { parse } from 'lossless-json';
import { z } from 'zod';
import { isSnowflake } from '../state/model/snowflakes.js';

const LONG_INTEGER = /[[:,\s]-?\d{16}/;

/**
 * Parses JSON. Integers that a double cannot represent become decimal strings, because some libraries send snowflakes as
 * numbers. @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return LONG_INTEGER.test(text) ? parse(text, undefined, exactNumber) : JSON.parse(text);
}

function exactNumber(digits: string): number | string {
  const value = Number(digits);
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(digits) ? value : digits;
}

/** A snowflake in a client's payload: a string or a JSON integer, read by `parseJson`. */
export const snowflakeField = z
  .union([z.string(), z.int().nonnegative().transform(String)])
  .refine(isSnowflake, 'Value is not snowflake.');

/** Permission bits in a client's payload: a decimal string or a JSON integer. */
export const permissionsField = z
  .union([z.string(), z.int().nonnegative().transform(String)])
  .refine((bits) => /^\d{1,20}$/.test(bits), 'Value is not a permission set.');
