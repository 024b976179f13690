import { bigCount, int, snowflake, time } from '../description/column.js';
import { defineTable } from '../description/table.js';

export const HOURLY_COUNTS = defineTable({
  name: 'hourly_counts',
  meaning:
    'Counts of a channel for an hour, without anything about a person. An hour without events has no row.',
  key: ['channel_id', 'hour'],
  columns: {
    channel_id: snowflake(),
    hour: time('When the hour begins.'),
    guild_id: snowflake(),
    messages: int('Messages created in this hour, including those deleted since.'),
    edits: int(),
    deletions: int(),
    reactions: int('Reactions seen when they were added; history does not say when others were.'),
  },
  storage: 'fillfactor = 70',
});

export const STREAM_POSITIONS = defineTable({
  name: 'stream_positions',
  meaning:
    'Where in the log an hour of a guild begins: an event that was received at a time is at or after the newest `seq` whose hour ' +
    'is not later. `messages.created_seq` has the sequence of one message.',
  key: ['guild_id', 'hour'],
  columns: {
    guild_id: snowflake(),
    hour: time('When the hour begins.'),
    seq: bigCount("Stream sequence of the guild's first event received in this hour."),
  },
});
