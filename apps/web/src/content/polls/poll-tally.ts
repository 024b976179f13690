import type { PollAnswer, PollState } from '@discord-relay/contracts';

export interface TalliedAnswer {
  id: number;
  text: string;
  emoji: PollAnswer['emoji'];
  /** null: unknown. */
  count: number | null;
  /** Share of all votes, 0 to 100. */
  percent: number;
  leads: boolean;
}

export interface Tally {
  answers: TalliedAnswer[];
  /** null: unknown. */
  total: number | null;
}

/** Whether nobody can vote any more. */
export const isPollClosed = ({ results, expiresAt }: PollState, nowMs: number): boolean =>
  results?.finalized === true || Date.parse(expiresAt ?? '') <= nowMs;

/** Votes by answer. If any counts are known, an answer without a count has no votes. */
export function tallyPoll({ answers, results }: PollState): Tally {
  const counts = new Map(results?.counts.map(({ answerId, count }) => [answerId, count]));
  const countOf = (id: number) => (results ? Math.max(0, counts.get(id) ?? 0) : null);
  const total = results ? answers.reduce((sum, { id }) => sum + (countOf(id) ?? 0), 0) : null;
  const most = Math.max(0, ...answers.map(({ id }) => countOf(id) ?? 0));
  return {
    total,
    answers: answers.map(({ id, text, emoji }) => {
      const count = countOf(id);
      const percent = count !== null && total ? Math.round((100 * count) / total) : 0;
      return { id, text: text ?? '', emoji, count, percent, leads: most > 0 && count === most };
    }),
  };
}
