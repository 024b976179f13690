import { AppError, momentMs } from '@discord-relay/contracts';
import { z } from 'zod';

/** Arguments that several tools share. */

export const id = (description: string) =>
  z
    .string({ error: 'must be a Discord id as a string' })
    .regex(/^\d{1,20}$/, 'must be a Discord id: digits only')
    .describe(description);

const TIMES = 'ISO 8601 with an offset, a day in UTC, or relative such as now-2h (ms, s, m, h, d).';

const MAX_TIME_CHARS = 40;

const isMoment = (text: string): boolean => momentMs(text, 0) !== undefined;

export const time = (description: string) =>
  z
    .string()
    .max(MAX_TIME_CHARS)
    .refine(isMoment, 'must be an ISO 8601 time with its offset, or now-2h and the like')
    .describe(`${description} ${TIMES}`);

export const point = (description: string) =>
  z
    .string()
    .max(MAX_TIME_CHARS)
    .refine(
      (text) => /^\d{1,16}$/.test(text) || isMoment(text),
      'must be a sequence, an ISO 8601 time with its offset, or now-2h and the like',
    )
    .describe(`${description} A sequence of the log, or a time: ${TIMES}`);

export const limit = (maximum: number, fallback: number) =>
  z
    .int({ error: `must be a whole number from 1 to ${maximum}` })
    .min(1, `must be from 1 to ${maximum}`)
    .max(maximum, `must be from 1 to ${maximum}`)
    .default(fallback)
    .describe('Maximum number of items; an answer may have fewer, because its size is limited as well.');

export const cursor = (pattern: RegExp) =>
  z
    .string()
    .regex(pattern, 'must be the nextCursor of an earlier answer of this tool')
    .optional()
    .describe('nextCursor of the previous answer, to continue; repeat the other arguments.');

export interface MomentRange {
  /** Inclusive, milliseconds since the Unix epoch; undefined: no bound. */
  fromMs: number | undefined;
  /** Exclusive. */
  toMs: number | undefined;
}

/** @throws AppError `REQUEST.INVALID` when the range ends before it begins */
export function rangeOf(
  args: { from?: string | undefined; to?: string | undefined },
  nowMs: number,
): MomentRange {
  const [fromMs, toMs] = [args.from, args.to].map((text) =>
    text === undefined ? undefined : momentMs(text, nowMs),
  );
  if (fromMs !== undefined && toMs !== undefined && fromMs > toMs)
    throw new AppError('REQUEST.INVALID', 'from: is after to');
  return { fromMs, toMs };
}

export const isoOf = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();
