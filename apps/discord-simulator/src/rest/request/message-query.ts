import type { PageQuery } from '../../state/model/channel-history.js';
import { isSnowflake, type Snowflake } from '../../state/model/snowflakes.js';
import { invalidForm } from '../../http/discord-error.js';

export type RawQuery = Record<string, unknown>;

const ANCHORS = ['around', 'before', 'after'] as const;

/** Parses `limit` and at most one of `around`, `before`, `after`. @throws DiscordError 50035. */
export function parseMessageQuery(query: RawQuery): PageQuery {
  const given = ANCHORS.filter((name) => query[name] !== undefined);
  if (given.length > 1) {
    const message = 'before, after and around exclude each other.';
    throw invalidForm(...given.map((field) => ({ field, code: 'MUTUALLY_EXCLUSIVE', message })));
  }
  const anchors = Object.fromEntries(given.map((name) => [name, snowflakeParam(name, query[name])]));
  return { limit: limitParam(query['limit'], { fallback: 50, max: 100 }), ...anchors };
}

/** A whole number from 1 to `max`. @throws DiscordError 50035. */
export function limitParam(value: unknown, { fallback, max }: { fallback: number; max: number }): number {
  if (value === undefined) return fallback;
  const limit = Number(value);
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) {
    throw invalidForm({
      field: 'limit',
      code: 'NUMBER_TYPE_COERCE',
      message: `Value "${String(value)}" is not int.`,
    });
  }
  if (limit < 1) {
    const message = 'int value should be greater than or equal to 1.';
    throw invalidForm({ field: 'limit', code: 'NUMBER_TYPE_MIN', message });
  }
  if (limit > max) {
    const message = `int value should be less than or equal to ${max}.`;
    throw invalidForm({ field: 'limit', code: 'NUMBER_TYPE_MAX', message });
  }
  return limit;
}

/** @throws DiscordError 50035 when it is not a snowflake. */
export function snowflakeParam(field: string, value: unknown): Snowflake {
  if (isSnowflake(value)) return value;
  throw invalidForm({
    field,
    code: 'NUMBER_TYPE_COERCE',
    message: `Value "${String(value)}" is not snowflake.`,
  });
}

/** An ISO 8601 time as epoch milliseconds. @throws DiscordError 50035 */
export function timeParam(field: string, value: unknown): number {
  const atMs = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  const message = `Value "${String(value)}" is not a timestamp.`;
  throw invalidForm({ field, code: 'DATE_TIME_TYPE_PARSE', message });
}
