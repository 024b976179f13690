import { bool, int, snowflake, snowflakes, text, time } from '../description/column.js';
import { defineTable } from '../description/table.js';

export const QUEUE_SETTINGS = defineTable({
  name: 'queue_settings',
  meaning: 'The support queue of a guild: the staff roles, its channels, and what counts as solved.',
  key: ['guild_id'],
  columns: {
    guild_id: snowflake(),
    staff_role_ids: snowflakes('Members with one of these roles are staff.'),
    channel_ids: snowflakes('Channels whose threads and posts belong to the queue.'),
    message_channel_ids: snowflakes('Text channels whose messages belong to the queue.'),
    solved_tag_ids: snowflakes('Forum tags that mark a post as solved.'),
    solved_when_archived: bool('Whether archived threads count as solved.'),
    revision: int('Increases with every change.'),
    updated_by: text(),
    updated_at: time('', { default: 'now()' }),
  },
});
