import { int, lastSeq, nullable, snowflake, text, time } from '../description/column.js';
import { defineTable } from '../description/table.js';

export const SCHEDULED_EVENTS = defineTable({
  name: 'scheduled_events',
  meaning: 'An event that a server has announced, with its time and place.',
  key: ['id'],
  columns: {
    id: snowflake(),
    guild_id: snowflake(),
    channel_id: nullable(snowflake('null: it takes place elsewhere, or not known.')),
    creator_id: nullable(snowflake()),
    name: nullable(text()),
    description: nullable(text()),
    starts_at: nullable(time()),
    ends_at: nullable(time()),
    status: nullable(int('As Discord numbers them: 1 scheduled, 2 active, 3 completed, 4 cancelled.')),
    entity_type: nullable(int('As Discord numbers them: 1 stage, 2 voice, 3 elsewhere.')),
    location: nullable(text('Where it takes place, if not in a channel.')),
    deleted_at: nullable(time()),
    seq: lastSeq(),
  },
  indexes: [{ name: 'scheduled_events_of_guild', on: 'guild_id, starts_at', where: 'deleted_at IS NULL' }],
});
