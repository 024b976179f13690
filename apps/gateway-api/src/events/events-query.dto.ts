import {
  OptionalCursor,
  OptionalFlag,
  OptionalIds,
  OptionalMatch,
  OptionalMoment,
  OptionalFactor,
  OptionalPatterns,
} from '../validation/fields.js';

/** Maximum number of guilds, channels or authors that a request names. */
const MAX_NAMED = 50;
/** Maximum number of patterns of types. */
const MAX_PATTERNS = 50;
const MAX_SPEED = 1_000;
const CURSOR = /^([0-9a-z]{1,7}\.)?(0|[1-9]\d{0,14})$/;

export class EventsStreamQueryDto {
  @OptionalMoment('Only events that were recorded at this time or later.')
  from?: string;
  @OptionalMoment('Only events that were recorded before this time.')
  to?: string;
  @OptionalCursor('Only events with this `seq` or a later one.')
  fromSeq?: string;
  @OptionalCursor('Only events with this `seq` or an earlier one.')
  toSeq?: string;
  @OptionalMatch(
    CURSOR,
    'Only events after this `cursor` of an event, or after any other cursor of the relay.',
  )
  cursor?: string;
  @OptionalPatterns(MAX_PATTERNS, 'Types, comma-separated, also with wildcards: `message.*`, `*.deleted`.')
  types?: string[];
  @OptionalIds(MAX_NAMED, 'Only events of these guilds, comma-separated.')
  guild?: string[];
  @OptionalIds(MAX_NAMED, 'Only events of these channels or threads, comma-separated.')
  channel?: string[];
  @OptionalIds(MAX_NAMED, 'Only events by these users, and of their messages, comma-separated.')
  author?: string[];
  @OptionalFlag('`true`: the response stays open, and later events follow.')
  follow?: 'true' | 'false';
  @OptionalFactor(
    MAX_SPEED,
    '0: as fast as possible; otherwise with the original spacing, this many times faster.',
  )
  speed = 0;
}
