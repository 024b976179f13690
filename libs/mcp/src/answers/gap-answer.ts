import type { RestGap } from '@discord-relay/contracts';
import { z } from 'zod';
import { queryOf, type RelayReader } from '../relay-reader.js';

/** Maximum number of gaps that an answer about something else names. */
const MAX_GAPS = 10;
/** Maximum number of entries of what a gap has lost. */
const MAX_LOSSES = 20;

export const gapShape = z.object({
  gapId: z.string(),
  cause: z.string().nullable(),
  from: z.string().nullable().describe('null: not known.'),
  to: z.string().nullable().describe('null: not known.'),
  closedAt: z.string().nullable().describe('When recovery ended; null: it is still running.'),
  notRecovered: z.array(z.string()).describe('What could not be recovered, as names.'),
  notRecoveredCount: z.int().describe('Number of entries, of which notRecovered has the first ones.'),
});

export const gapsShape = z
  .object({
    items: z.array(gapShape).describe('The newest ones.'),
    complete: z.boolean().describe('false: there are more; the tool gaps lists all.'),
  })
  .describe(
    'Gaps of the time that this answer covers: nothing was received then, so data may be missing. Empty and complete: none.',
  );

export type GapAnswer = z.infer<typeof gapShape>;

export const toGapAnswer = ({ gapId, cause, from, to, closedAt, unrecoverable }: RestGap): GapAnswer => ({
  gapId,
  cause,
  from,
  to,
  closedAt,
  notRecovered: (unrecoverable ?? []).slice(0, MAX_LOSSES),
  notRecoveredCount: unrecoverable?.length ?? 0,
});

type GapsAnswer = z.infer<typeof gapsShape>;

/** Adds gaps that concern the answer for another reason: the point of which it is lies in them. */
export function withGaps({ items, complete }: GapsAnswer, others: readonly RestGap[]): GapsAnswer {
  const named = new Set(others.map(({ gapId }) => gapId));
  const all = [...others.map(toGapAnswer), ...items.filter(({ gapId }) => !named.has(gapId))];
  return { items: all.slice(0, MAX_GAPS), complete: complete && all.length <= MAX_GAPS };
}

/** The gaps that overlap a time, as the caller may see them; undefined: no bound. */
export async function gapsDuring(
  reader: RelayReader,
  guildId: string,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): Promise<GapsAnswer> {
  const { gaps, next } = await reader.gaps(guildId, queryOf({ from, to, limit: MAX_GAPS }));
  return { items: gaps.map(toGapAnswer), complete: next === null };
}
