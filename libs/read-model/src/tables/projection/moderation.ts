import type { ModerationKind } from '@discord-relay/contracts';
import {
  bigCount,
  int,
  lastSeq,
  nullable,
  snowflake,
  snowflakes,
  text,
  time,
} from '../description/column.js';
import { defineTable } from '../description/table.js';

export const MODERATION = defineTable({
  name: 'moderation',
  meaning:
    'An action of a moderator or AutoMod. Discord reports some actions twice, as an event and in the audit ' +
    'log: both reports are one row.',
  key: ['id'],
  columns: {
    id: bigCount('Stream sequence of the first report.'),
    guild_id: snowflake(),
    kind: text<ModerationKind>(),
    at: time('According to the audit log; until its report arrives, when Discord sent the event.'),
    moderator_id: nullable(snowflake('null: AutoMod, or not known.')),
    target_id: nullable(snowflake('The member affected.')),
    channel_id: nullable(snowflake()),
    reason: nullable(text()),
    until: nullable(time('The end of a timeout.')),
    count: nullable(int('Number of deleted messages or removed members.')),
    added_role_ids: nullable(snowflakes()),
    removed_role_ids: nullable(snowflakes()),
    rule_id: nullable(snowflake('The AutoMod rule that acted.')),
    rule_name: nullable(text()),
    entry_id: nullable(snowflake('The entry of the audit log; null while only the event was seen.')),
    event_id: nullable(text('The id of the event; null while only the audit log was seen.')),
    reported_at: time('When the first report was received: two reports of one action come close together.'),
    seq: lastSeq(),
  },
  indexes: [
    { name: 'moderation_of_guild', on: 'guild_id, id DESC' },
    { name: 'moderation_by_target', on: 'guild_id, target_id, id DESC' },
    { name: 'moderation_by_moderator', on: 'guild_id, moderator_id, id DESC' },
    {
      name: 'moderation_unpaired',
      on: 'guild_id, target_id, reported_at',
      where: 'entry_id IS NULL OR event_id IS NULL',
    },
    { name: 'moderation_entries', on: 'entry_id', where: 'entry_id IS NOT NULL', unique: true },
    { name: 'moderation_events', on: 'event_id', where: 'event_id IS NOT NULL', unique: true },
  ],
});
