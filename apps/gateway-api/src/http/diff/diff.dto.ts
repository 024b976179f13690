import { Limit, OptionalId, Point } from '../../validation/fields.js';

export class DiffQueryDto {
  @Point('Changes after this event, or from this time on.')
  from!: string;

  @Point('Changes up to this event, or before this time.')
  to!: string;

  @OptionalId('`next` of the previous page.')
  after?: string;

  @Limit(100, 50)
  limit = 50;
}
