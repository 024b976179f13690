import {
  OptionalCursor,
  OptionalFlag,
  OptionalMatch,
  OptionalMoment,
  OptionalFactor,
} from '../validation/fields.js';
import { EventFilterDto } from './event-filter.dto.js';

const MAX_SPEED = 1_000;
const CURSOR = /^([0-9a-z]{1,7}\.)?(0|[1-9]\d{0,14})$/;

export class EventsStreamQueryDto extends EventFilterDto {
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
  @OptionalFlag('`true`: the response stays open, and later events follow.')
  follow?: 'true' | 'false';
  @OptionalFactor(
    MAX_SPEED,
    '0: as fast as possible; otherwise with the original spacing, this many times faster.',
  )
  speed = 0;
}
