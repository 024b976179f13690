import type { ForumTag, OverwriteState } from '@discord-relay/contracts';
import {
  bigCount,
  bool,
  int,
  jsonb,
  lastSeq,
  nullable,
  snowflake,
  snowflakes,
  text,
  time,
} from '../description/column.js';
import { defineTable } from '../description/table.js';

export const CHANNELS = defineTable({
  name: 'channels',
  meaning:
    'A channel, a room (voice or stage channel) or a thread. A column that applies to one kind only is null for the ' +
    'others, or while its value is not known. A channel that was deleted before any event described it has only its ' +
    'ids, `deleted_at` and `seq`.',
  key: ['id'],
  columns: {
    id: snowflake(),
    guild_id: snowflake(),
    type: nullable(int("Discord's channel type number.")),
    name: nullable(text()),
    topic: nullable(text()),
    position: nullable(int()),
    parent_id: nullable(snowflake('Category of a channel, channel of a thread.')),
    nsfw: nullable(bool()),
    overwrites: nullable(
      jsonb<OverwriteState[]>(
        'Permission overwrites; null: not known, then only the owner and administrators have rights.',
      ),
    ),
    available_tags: nullable(jsonb<ForumTag[]>('Of a forum: the tags that members can put on posts.')),
    last_pin_at: nullable(time('When the newest message that is still pinned was pinned.')),
    user_limit: nullable(int('Capacity of a room; 0: no limit.')),
    bitrate: nullable(int('Of a room, in bits per second.')),
    status: nullable(text('Of a room: the status that members set for it.')),
    owner_id: nullable(
      snowflake('The user who opened the thread. This and the following columns apply to threads.'),
    ),
    archived: nullable(bool('null: not a thread.')),
    locked: nullable(bool()),
    invitable: nullable(bool()),
    archive_changed_at: nullable(time('When Discord last archived or unarchived the thread.')),
    auto_archive_minutes: nullable(int('Minutes of inactivity after which Discord archives the thread.')),
    thread_created_at: nullable(time()),
    applied_tag_ids: nullable(snowflakes('Tags of a forum post.')),
    message_count: nullable(int("Discord's count, which stops at a limit.")),
    member_count: nullable(int("Discord's count, which stops at a limit.")),
    imported: bool('Known only from an import, so that lists of the present channels do not concern it.', {
      default: 'false',
    }),
    deleted_at: nullable(time()),
    seq: lastSeq(),
  },
  indexes: [
    { name: 'channels_of_guild', on: 'guild_id' },
    { name: 'threads_of_channel', on: 'parent_id', where: 'archived IS NOT NULL' },
  ],
});

export const THREAD_MEMBERS = defineTable({
  name: 'thread_members',
  meaning: 'A member of a thread, as far as Discord says. A deleted thread has none.',
  key: ['thread_id', 'user_id'],
  columns: {
    thread_id: snowflake(),
    user_id: snowflake(),
    seq: bigCount('Stream sequence of the event since which they belong to it.'),
  },
});
