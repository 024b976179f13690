import { bool, lastSeq, nullable, snowflake, text, time } from '../description/column.js';
import { defineTable } from '../description/table.js';

export const GUILDS = defineTable({
  name: 'guilds',
  meaning: 'A Discord server.',
  key: ['id'],
  columns: {
    id: snowflake(),
    name: nullable(text('null until an event that names the guild was seen.')),
    icon: nullable(text('Hash of the icon.')),
    owner_id: nullable(snowflake()),
    available: bool('false during an outage at Discord.'),
    left_at: nullable(time('When the bot was removed or the guild deleted; null while the bot is a member.')),
    seq: lastSeq(),
  },
});
