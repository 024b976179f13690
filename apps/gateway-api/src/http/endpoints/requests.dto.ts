import {
  AppError,
  AS_OF_CLOCKS,
  type AsOfClock,
  SEARCH_HAS,
  type SearchHas,
  type Snowflake,
} from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { Validate, type ValidationArguments } from 'class-validator';
import { ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import type { Span } from '../../read/statistics.query.js';
import { REACTION_CURSOR } from '../../read/messages/message-details.query.js';
import {
  Id,
  Limit,
  OptionalCursor,
  OptionalFlag,
  OptionalId,
  OptionalIds,
  OptionalInstant,
  OptionalMatch,
  OptionalPoint,
  OptionalText,
  OptionalWord,
  OptionalWords,
} from '../../validation/fields.js';

const AS_OF = 'The state after this event, or before the first event recorded at this time or later.';

const BOUNDS = ['before', 'after', 'around'] as const;

@ValidatorConstraint({ name: 'oneBound' })
class OneBound implements ValidatorConstraintInterface {
  validate(_: unknown, { object }: ValidationArguments): boolean {
    return BOUNDS.filter((bound) => (object as HistoryQueryDto)[bound] !== undefined).length === 1;
  }

  defaultMessage(): string {
    return 'before, after and around exclude each other';
  }
}

/** Absent values are valid, so each bound checks the others. */
export class HistoryQueryDto {
  @OptionalId('Messages before this id.', Validate(OneBound))
  before?: string;

  @OptionalId('Messages after this id.', Validate(OneBound))
  after?: string;

  @OptionalId('Messages around this id.', Validate(OneBound))
  around?: string;

  @Limit(100, 50)
  limit = 50;

  @OptionalPoint(AS_OF)
  asOf?: string;

  @OptionalWord(
    AS_OF_CLOCKS,
    '`happened`: `asOf` is a time at Discord rather than of recording; default: `observed`.',
  )
  clock?: AsOfClock;
}

/** A request for the current state, or for an earlier one. */
export class AsOfQueryDto {
  @OptionalPoint(AS_OF)
  asOf?: string;
}

export class IdParamsDto {
  @Id('Id of the guild or the channel.')
  id!: Snowflake;
}

export class MessageParamsDto extends IdParamsDto {
  @Id('Id of the message.')
  messageId!: string;
}

export class ThreadsQueryDto {
  @OptionalFlag('`true`: archived threads; otherwise active threads.')
  archived?: 'true' | 'false';

  @OptionalId('Threads before this id.')
  before?: string;

  @OptionalPoint(AS_OF)
  asOf?: string;

  @Limit(100, 50)
  limit = 50;
}

export class EventsQueryDto {
  @OptionalCursor(
    '`next` of the previous page, or any cursor of the channel; without it the response is a snapshot.',
  )
  after?: string;

  @Limit(1_000, 100)
  limit = 100;
}

export class ReactionsQueryDto {
  @OptionalText(200, 'Only reactions with this emoji: its id, or the characters of a Unicode emoji.')
  emoji?: string;

  @OptionalMatch(REACTION_CURSOR, '`next` of the previous page.')
  after?: string;

  @OptionalPoint(AS_OF)
  asOf?: string;

  @Limit(100, 50)
  limit = 50;
}

export class MembersQueryDto {
  @OptionalIds(100, 'Only members with these ids, comma-separated; `after` and `limit` do not apply.')
  ids?: string[];

  @OptionalId('`next` of the previous page.')
  after?: string;

  @Limit(1_000, 100)
  limit = 100;

  @OptionalPoint(AS_OF)
  asOf?: string;
}

export class GapsQueryDto {
  @OptionalInstant('Only gaps that end at this time or later, or whose end is not known.')
  from?: string;

  @OptionalInstant('Only gaps that begin before this time, or whose beginning is not known.')
  to?: string;

  @OptionalCursor('`next` of the previous page.')
  before?: string;

  @Limit(100, 50)
  limit = 50;
}

export class SpanQueryDto {
  @OptionalInstant('Start of the time; default: seven days before `to`.')
  from?: string;

  @OptionalInstant('End of the time, exclusive; default: now.')
  to?: string;
}

export class SearchQueryDto {
  @Id('Id of the guild.')
  guild!: string;

  @OptionalText(
    200,
    'Prefix search; every word must match. Text in scripts without spaces is found anywhere.',
  )
  q?: string;

  @OptionalId('Only messages of this user.')
  author?: string;

  @OptionalId('Only messages that mention this user.')
  mentions?: string;

  @OptionalId('Only messages in this channel or thread.')
  channel?: string;

  @OptionalInstant('Only messages at this time or later.')
  from?: string;

  @OptionalInstant('Only messages before this time.')
  to?: string;

  @OptionalWords(SEARCH_HAS, 'Only messages that have all of these, comma-separated.')
  has?: SearchHas[];

  @OptionalId('`next` of the previous page.')
  before?: string;

  @Limit(100, 25)
  limit = 25;
}

/** A channel and a message, as `next` of a page says them. */
const EXPORT_CURSOR = /^\d{1,20}:\d{1,20}$/;
export const EXPORT_MAX_CHANNELS = 100;

export class ExportSizeQueryDto {
  @Id('Id of the guild.')
  guild!: string;

  @OptionalIds(
    EXPORT_MAX_CHANNELS,
    'Only messages in these channels or threads, comma-separated; default: all.',
  )
  channels?: string[];

  @OptionalText(
    200,
    'Prefix search; every word must match. Text in scripts without spaces is found anywhere.',
  )
  q?: string;

  @OptionalId('Only messages of this user.')
  author?: string;

  @OptionalId('Only messages that mention this user.')
  mentions?: string;

  @OptionalInstant('Only messages at this time or later.')
  from?: string;

  @OptionalInstant('Only messages before this time.')
  to?: string;

  @OptionalWords(SEARCH_HAS, 'Only messages that have all of these, comma-separated.')
  has?: SearchHas[];

  @OptionalCursor(
    'Only messages that changed after this sequence, with those that were deleted; excludes q, author, mentions and has.',
  )
  since?: string;

  @OptionalCursor('Only messages that were created at this sequence or before.')
  until?: string;
}

export class ExportQueryDto extends ExportSizeQueryDto {
  @OptionalMatch(EXPORT_CURSOR, '`next` of the previous page.')
  after?: string;

  @OptionalFlag(
    '`true`: with a last column `details`: author, users of reactions, names of server and category, topic.',
  )
  details?: 'true' | 'false';

  @Limit(5_000, 1_000)
  limit = 1_000;
}

const DAY_MS = 86_400_000;
const USUAL_MS = 7 * DAY_MS;
const LONGEST_MS = 366 * DAY_MS;

/** The requested time. @throws AppError `REQUEST.INVALID` when it ends before it begins or is too long */
export function spanOf(query: { from?: string; to?: string }): Span {
  const to = query.to === undefined ? new Date(wallClockMs()) : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - USUAL_MS) : new Date(query.from);
  const lengthMs = to.getTime() - from.getTime();
  if (lengthMs < 0) throw new AppError('REQUEST.INVALID', 'from is after to');
  if (lengthMs > LONGEST_MS) throw new AppError('REQUEST.INVALID', 'from and to are more than a year apart');
  return { from, to };
}
