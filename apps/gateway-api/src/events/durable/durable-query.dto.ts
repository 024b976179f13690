import { OptionalIds, OptionalMatch, OptionalPatterns, OptionalWord } from '../../validation/fields.js';

/** Maximum number of guilds, channels or authors that a request names. */
const MAX_NAMED = 50;
const MAX_PATTERNS = 50;
const OFFSET = /^(-1|now|[0-9a-z]{1,7}_\d{16})$/;
const STREAM_CURSOR = /^\d{1,12}$/;
export const LIVE_MODES = ['long-poll', 'sse'] as const;

export class DurableStreamQueryDto {
  @OptionalMatch(
    OFFSET,
    'The position to read from: `-1` (the beginning, default), `now` or a `Stream-Next-Offset`.',
  )
  offset?: string;
  @OptionalWord(LIVE_MODES, 'How to wait for later events; default: the response ends with what is there.')
  live?: (typeof LIVE_MODES)[number];
  @OptionalMatch(STREAM_CURSOR, 'The `Stream-Cursor` of the response before.')
  cursor?: string;
  @OptionalPatterns(MAX_PATTERNS, 'Types, comma-separated, also with wildcards: `message.*`, `*.deleted`.')
  types?: string[];
  @OptionalIds(MAX_NAMED, 'Only events of these guilds, comma-separated.')
  guild?: string[];
  @OptionalIds(MAX_NAMED, 'Only events of these channels or threads, comma-separated.')
  channel?: string[];
  @OptionalIds(MAX_NAMED, 'Only events by these users, and of their messages, comma-separated.')
  author?: string[];
}
