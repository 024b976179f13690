import { bigCount, bool, int, key, snowflake } from '../description/column.js';
import { defineTable } from '../description/table.js';

export const REACTIONS = defineTable({
  name: 'reactions',
  meaning:
    "One user's reaction to a message. A deleted message has none; `past_reactions` has those that were removed.",
  key: ['message_id', 'emoji_key', 'user_id', 'burst'],
  columns: {
    message_id: snowflake(),
    emoji_key: key('`emojiKey` of contracts: the id of a custom emoji, else its characters.'),
    user_id: snowflake(),
    burst: bool('A super reaction; the same user may have both kinds.'),
    imported: bool('Known only from an import.', { default: 'false' }),
    seq: bigCount('Stream sequence of the event that added it.'),
  },
});

export const REACTION_COUNTS = defineTable({
  name: 'reaction_counts',
  meaning: 'The number of rows in `reactions` for an emoji on a message; an emoji without any has no row.',
  key: ['message_id', 'emoji_key'],
  columns: {
    message_id: snowflake(),
    emoji_key: key('`emojiKey` of contracts.'),
    count: int('Normal and super reactions.'),
    burst_count: int('Super reactions only.'),
  },
});
