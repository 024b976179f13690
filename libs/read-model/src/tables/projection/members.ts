import type { UserState, VoiceFlags } from '@discord-relay/contracts';
import {
  bigCount,
  bitset,
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

export const ROLES = defineTable({
  name: 'roles',
  meaning:
    'A role. One that was deleted before any event described it has only its ids, `deleted_at` and `seq`.',
  key: ['id'],
  columns: {
    id: snowflake(),
    guild_id: snowflake(),
    name: nullable(text()),
    permissions: nullable(
      bitset('An unsigned 64-bit set in decimal; null: not known, so the role grants nothing.'),
    ),
    position: nullable(int()),
    color: nullable(int()),
    hoist: nullable(bool()),
    managed: nullable(bool()),
    mentionable: nullable(bool()),
    deleted_at: nullable(time()),
    seq: lastSeq(),
  },
  indexes: [{ name: 'roles_of_guild', on: 'guild_id' }],
});

export const MEMBERS = defineTable({
  name: 'members',
  meaning:
    'A user who is or was a member of a guild. A member who left has no roles, no nick and no timeout here.',
  key: ['guild_id', 'user_id'],
  columns: {
    guild_id: snowflake(),
    user_id: snowflake(),
    username: nullable(text()),
    profile: nullable(jsonb<UserState>()),
    nick: nullable(text()),
    role_ids: nullable(
      snowflakes(
        'Without @everyone, which every member has; null: not known. Some may be deleted: join `roles`.',
      ),
    ),
    joined_at: nullable(time()),
    timed_out_until: nullable(
      time(
        'Until then the member can only read; a timeout ends by the clock, without an event. If Discord did not report the time, the latest possible one.',
      ),
    ),
    pending: nullable(bool()),
    flags: nullable(bigCount("Discord's guild member flags.")),
    avatar: nullable(text("The member's avatar in this guild only.")),
    left_at: nullable(time('null: currently a member.')),
    seq: lastSeq(),
  },
  indexes: [{ name: 'memberships_of_user', on: 'user_id' }],
});

export const VOICE_STATES = defineTable({
  name: 'voice_states',
  meaning: 'The users in rooms, with their join times. A user who left every room keeps only the ids.',
  key: ['guild_id', 'user_id'],
  columns: {
    guild_id: snowflake(),
    user_id: snowflake(),
    channel_id: nullable(snowflake('null: in no room.')),
    since: nullable(time('When the user was first seen in this room without having left it since.')),
    username: nullable(text()),
    state: nullable(jsonb<VoiceFlags>()),
    seq: lastSeq(),
  },
  indexes: [{ name: 'inside_room', on: 'channel_id', where: 'channel_id IS NOT NULL' }],
});
