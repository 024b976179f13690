import { bool, int, lastSeq, snowflake } from '../description/column.js';
import { defineTable } from '../description/table.js';

export const POLL_VOTES = defineTable({
  name: 'poll_votes',
  meaning:
    "One user's vote for an answer of a poll, or the removal of that vote. A deleted message has none.",
  key: ['message_id', 'answer_id', 'user_id'],
  columns: {
    message_id: snowflake(),
    answer_id: int(),
    user_id: snowflake(),
    present: bool('false: the vote was removed.'),
    seq: lastSeq(),
  },
});

export const POLL_COUNTS = defineTable({
  name: 'poll_counts',
  meaning: "The votes for an answer: Discord's last count plus the votes that were seen since.",
  key: ['message_id', 'answer_id'],
  columns: {
    message_id: snowflake(),
    answer_id: int(),
    votes: int(),
    reported: bool(
      'Whether Discord ever reported a count, which includes votes from before the ingestor ran.',
    ),
    seq: lastSeq(),
  },
});
