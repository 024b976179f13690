import { bigCount, bool, int, jsonb, key, nullable, snowflake } from '../description/column.js';
import { defineTable } from '../description/table.js';

/** The tables whose former rows `row_versions` has. */
export type VersionedTable = 'channels' | 'guilds' | 'members' | 'roles' | 'voice_states';

const untilSeq = () => bigCount('Stream sequence of the event that ended it.');

export const ROW_VERSIONS = defineTable({
  name: 'row_versions',
  meaning:
    'A former row of `guilds`, `channels`, `roles`, `members` or `voice_states`. The row at a sequence is the one with the ' +
    'smallest later `until_seq`, or the current row if there is none.',
  key: ['of_table', 'guild_id', 'id', 'until_seq'],
  columns: {
    of_table: key<VersionedTable>('The name of the table.'),
    guild_id: snowflake(),
    id: snowflake('Of the guild, the channel or the role; of a member and of a user in a room, the user.'),
    until_seq: untilSeq(),
    before: nullable(
      jsonb<object>(
        'The columns that were not null; null: there was no row. The first row of a member has no such entry: its `seq` says when it began.',
      ),
    ),
  },
});

export const MESSAGE_VERSIONS = defineTable({
  name: 'message_versions',
  meaning: 'As `row_versions`, for the rows of `messages` since their creation. A deleted message has none.',
  key: ['message_id', 'until_seq'],
  columns: {
    message_id: snowflake(),
    until_seq: untilSeq(),
    channel_id: snowflake(),
    before: jsonb<object>('The columns that were not null.'),
  },
  indexes: [{ name: 'message_versions_of_channel', on: 'channel_id, until_seq' }],
});

export const PAST_REACTIONS = defineTable({
  name: 'past_reactions',
  meaning:
    'A reaction that was removed, with the time in which it existed. A deleted message has none. `reactions` has those that exist.',
  key: ['message_id', 'emoji_key', 'user_id', 'burst', 'until_seq'],
  columns: {
    message_id: snowflake(),
    emoji_key: key('`emojiKey` of contracts.'),
    user_id: snowflake(),
    burst: bool('A super reaction.'),
    seq: bigCount('Stream sequence of the event that added it.'),
    until_seq: untilSeq(),
  },
});

export const POLL_COUNT_VERSIONS = defineTable({
  name: 'poll_count_versions',
  meaning: 'As `row_versions`, for the votes in `poll_counts`. A deleted message has none.',
  key: ['message_id', 'answer_id', 'until_seq'],
  columns: {
    message_id: snowflake(),
    answer_id: int(),
    until_seq: untilSeq(),
    votes: nullable(int('null: there was no count.')),
  },
});
