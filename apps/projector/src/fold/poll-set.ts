import type { PollState, Snowflake } from '@discord-relay/contracts';
import type { TalkChange } from './row-change.js';
import { RowSet } from './row-set.js';
import type { PollCountRow, VoteRow } from './rows.js';

export interface LoadedPolls {
  votes: VoteRow[];
  pollCounts: PollCountRow[];
}

export type VoteChange = TalkChange & { op: 'put_vote' };
export type VoteKeys = Pick<VoteRow, 'message_id' | 'answer_id' | 'user_id'>;

const countKey = (messageId: Snowflake, answerId: number): string => `${messageId} ${answerId}`;
export const voteKey = ({ message_id, answer_id, user_id }: VoteKeys): string =>
  `${message_id} ${answer_id} ${user_id}`;

/**
 * Votes and how many there are. Discord's number includes votes of before anyone listened, so the votes that are seen
 * move it and do not replace it: one that was given counts once, one that is taken back was in the number.
 */
export class PollSet {
  private readonly votes: RowSet<string, VoteRow>;
  private readonly counts: RowSet<string, PollCountRow>;
  private readonly erased = new Set<Snowflake>();

  constructor(loaded: LoadedPolls) {
    this.votes = new RowSet(loaded.votes, voteKey);
    this.counts = new RowSet(loaded.pollCounts, (row) => countKey(row.message_id, row.answer_id));
  }

  vote({ messageId, answerId, userId, present }: VoteChange, seq: number): void {
    const keys = { message_id: messageId, answer_id: answerId, user_id: userId };
    const key = voteKey(keys);
    const before = this.votes.get(key);
    const after = this.votes.update(key, seq, (row) =>
      row?.present === present ? null : { ...keys, present, seq },
    );
    if (!after) return;
    this.counts.update(countKey(messageId, answerId), seq, (row) => {
      const count = row ?? { message_id: messageId, answer_id: answerId, votes: 0, reported: false, seq };
      if (present) return { ...count, votes: count.votes + 1, seq };
      const wasCounted = before !== undefined || count.reported;
      return wasCounted ? { ...count, votes: Math.max(0, count.votes - 1), seq } : null;
    });
  }

  /** Discord said how many votes each answer has; one that it leaves out has none. */
  report(messageId: Snowflake, { answers, results }: PollState, seq: number): void {
    if (results === null) return;
    const counted = new Map(results.counts.map(({ answerId, count }) => [answerId, count]));
    for (const answer_id of new Set([...answers.map(({ id }) => id), ...counted.keys()])) {
      const votes = counted.get(answer_id) ?? 0;
      const row = { message_id: messageId, answer_id, votes, reported: true, seq };
      this.counts.update(countKey(messageId, answer_id), seq, () => row);
    }
  }

  /** The message was deleted. */
  erase(messageId: Snowflake): void {
    this.erased.add(messageId);
  }

  get erasedMessages(): Snowflake[] {
    return [...this.erased];
  }

  dirtyVotes(): VoteRow[] {
    return this.votes.dirty().filter((row) => !this.erased.has(row.message_id));
  }

  dirtyCounts(): PollCountRow[] {
    return this.counts.dirty().filter((row) => !this.erased.has(row.message_id));
  }
}
