import { OptionalMatch, OptionalWord } from '../../validation/fields.js';
import { EventFilterDto } from '../event-filter.dto.js';

const OFFSET = /^(-1|now|[0-9a-z]{1,7}_\d{16})$/;
const STREAM_CURSOR = /^\d{1,12}$/;
export const LIVE_MODES = ['long-poll', 'sse'] as const;

export class DurableStreamQueryDto extends EventFilterDto {
  @OptionalMatch(
    OFFSET,
    'The position to read from: `-1` (the beginning, default), `now` or a `Stream-Next-Offset`.',
  )
  offset?: string;
  @OptionalWord(LIVE_MODES, 'How to wait for later events; default: the response ends with what is there.')
  live?: (typeof LIVE_MODES)[number];
  @OptionalMatch(STREAM_CURSOR, 'The `Stream-Cursor` of the response before.')
  cursor?: string;
}
