import { OptionalIds, OptionalPatterns } from '../validation/fields.js';

/** Maximum number of guilds, channels or authors that a request names. */
const MAX_NAMED = 50;
/** Maximum number of patterns of types. */
const MAX_PATTERNS = 50;

/** The filters of every way to read the log over HTTP. */
export class EventFilterDto {
  @OptionalPatterns(MAX_PATTERNS, 'Types, comma-separated, also with wildcards: `message.*`, `*.deleted`.')
  types?: string[];
  @OptionalIds(MAX_NAMED, 'Only events of these guilds, comma-separated.')
  guild?: string[];
  @OptionalIds(MAX_NAMED, 'Only events of these channels or threads, comma-separated.')
  channel?: string[];
  @OptionalIds(MAX_NAMED, 'Only events by these users, and of their messages, comma-separated.')
  author?: string[];
}
