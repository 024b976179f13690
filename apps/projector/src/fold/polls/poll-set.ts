import type { PollResults, PollState, Snowflake } from '@discord-relay/contracts';
import { POLL_COUNT_VERSIONS, POLL_COUNTS, POLL_VOTES, type RowOf } from '@discord-relay/read-model/tables';
import { requireMessage } from '../messages/message-set.js';
import type { MessageOp } from '../messages/ops.js';
import { type FeedChain, requireChannelFeed } from '../shared/feed-chain.js';
import type { RowModel, RequireRows } from '../shared/row-model.js';
import type { LoadedRows, RowRead } from '../shared/row-read.js';
import { RowSet } from '../shared/row-set.js';
import { byIds, copy, type RowWrite, upsert } from '../shared/row-write.js';
import { sameJson } from '../shared/same-json.js';
import type { MessageRow, PollCountRow, VoteRow } from '../shared/rows.js';
import type { PollOp } from './ops.js';

const READ_VOTES: RowRead<typeof POLL_VOTES, [Snowflake, number, Snowflake]> = {
  name: 'read_poll_votes',
  table: POLL_VOTES,
  where: `(message_id, answer_id, user_id) IN
    (SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[]))`,
};

const READ_COUNTS: RowRead<typeof POLL_COUNTS, [Snowflake]> = {
  name: 'read_poll_counts',
  table: POLL_COUNTS,
  where: 'message_id = ANY($1::bigint[])',
};

export const requiredByPolls: RequireRows<PollOp> = (
  { messageId, answerId, userId, channelId, guildId },
  required,
) => {
  required.add(READ_VOTES, messageId, answerId, userId);
  required.add(READ_COUNTS, messageId);
  requireMessage(required, messageId);
  requireChannelFeed(required, channelId, guildId);
};

/** A message may come with Discord's vote counts. */
export const requiredByPolledMessages: RequireRows<MessageOp> = (op, required) => {
  // Imported polls have no counts.
  if (op.op !== 'create' && op.op !== 'patch') return;
  const { id, poll } = op.op === 'create' ? op.message : op.patch;
  if (poll?.results) required.add(READ_COUNTS, id);
};

const countKey = (messageId: Snowflake, answerId: number): string => `${messageId} ${answerId}`;
const voteKey = ({ message_id, answer_id, user_id }: Omit<VoteRow, 'present' | 'seq'>): string =>
  `${message_id} ${answer_id} ${user_id}`;

/**
 * Votes and their counts. Discord's number includes votes from before the ingestor ran, so votes that are seen change this
 * number: an added vote increments it, and a removed vote, which it included, decrements it.
 */
export class PollSet implements RowModel<PollOp> {
  private readonly votes: RowSet<string, VoteRow>;
  private readonly counts: RowSet<string, PollCountRow>;
  private readonly versions: RowOf<typeof POLL_COUNT_VERSIONS>[] = [];
  private readonly erased = new Set<Snowflake>();

  constructor(
    loaded: LoadedRows,
    private readonly feeds: FeedChain,
    private readonly messageOf: (messageId: Snowflake) => MessageRow | undefined,
    private readonly isDeleted: (messageId: Snowflake) => boolean,
  ) {
    this.votes = new RowSet(loaded.of(READ_VOTES), voteKey);
    this.counts = new RowSet(loaded.of(READ_COUNTS), (row) => countKey(row.message_id, row.answer_id), {
      replaced: (before, { message_id, answer_id }, until_seq) =>
        this.versions.push({ message_id, answer_id, until_seq, votes: before?.votes ?? null }),
    });
  }

  apply(op: PollOp, seq: number): void {
    if (!this.isDeleted(op.messageId) && this.vote(op, seq)) this.announce(op, seq);
  }

  writes(): RowWrite[] {
    return [
      byIds(
        'erase_poll_votes',
        'DELETE FROM poll_votes WHERE message_id = ANY($1::bigint[])',
        this.erasedMessages,
      ),
      byIds(
        'erase_poll_counts',
        'DELETE FROM poll_counts WHERE message_id = ANY($1::bigint[])',
        this.erasedMessages,
      ),
      byIds(
        'erase_poll_count_versions',
        'DELETE FROM poll_count_versions WHERE message_id = ANY($1::bigint[])',
        this.erasedMessages,
      ),
      upsert(POLL_VOTES, this.dirtyVotes()),
      upsert(POLL_COUNTS, this.dirtyCounts()),
      copy(
        POLL_COUNT_VERSIONS,
        this.versions.filter((row) => !this.erased.has(row.message_id)),
      ),
    ];
  }

  changed(before: MessageRow | undefined, { id, poll }: MessageRow, seq: number): void {
    if (poll?.results && !sameJson(poll.results, before?.poll?.results)) this.report(id, poll, seq);
  }

  deleted(messageId: Snowflake): void {
    this.erased.add(messageId);
  }

  /** The poll with its new counts. Without the poll itself there is nothing to show. */
  private announce({ messageId, channelId, guildId }: PollOp, seq: number): void {
    const poll = this.messageOf(messageId)?.poll;
    if (!poll) return;
    this.feeds.announce(guildId, channelId, seq, () => ({
      kind: 'message_update',
      body: {
        id: messageId,
        poll: { ...poll, results: this.resultsOf(messageId, poll) },
        channelId,
        serverId: guildId,
      },
    }));
  }

  /** The counts as a read of the message returns them. */
  private resultsOf(messageId: Snowflake, { results }: PollState): PollResults {
    const counts = this.counts
      .all()
      .filter((row) => row.message_id === messageId)
      .map(({ answer_id, votes }) => ({ answerId: answer_id, count: votes }))
      .sort((a, b) => a.answerId - b.answerId);
    return { finalized: results?.finalized ?? false, counts };
  }

  /** Returns whether a count changed. */
  private vote({ messageId, answerId, userId, present }: PollOp, seq: number): boolean {
    const keys = { message_id: messageId, answer_id: answerId, user_id: userId };
    const key = voteKey(keys);
    const before = this.votes.get(key);
    const after = this.votes.update(key, seq, (row) =>
      row?.present === present ? null : { ...keys, present, seq },
    );
    if (!after) return false;
    const counted = this.counts.update(countKey(messageId, answerId), seq, (row) => {
      const count = row ?? { message_id: messageId, answer_id: answerId, votes: 0, reported: false, seq };
      if (present) return { ...count, votes: count.votes + 1, seq };
      const wasCounted = before !== undefined || count.reported;
      return wasCounted ? { ...count, votes: Math.max(0, count.votes - 1), seq } : null;
    });
    return counted !== null;
  }

  /** Discord reported the number of votes of each answer; an omitted answer has none. */
  private report(messageId: Snowflake, { answers, results }: PollState, seq: number): void {
    if (results === null) return;
    const counted = new Map(results.counts.map(({ answerId, count }) => [answerId, count]));
    for (const answer_id of new Set([...answers.map(({ id }) => id), ...counted.keys()])) {
      const votes = counted.get(answer_id) ?? 0;
      const row = { message_id: messageId, answer_id, votes, reported: true, seq };
      this.counts.update(countKey(messageId, answer_id), seq, () => row);
    }
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
