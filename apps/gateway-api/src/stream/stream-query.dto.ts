import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, Matches } from 'class-validator';
import { type Snowflake, PUBLIC_EVENT_TYPES, type PublicEventType } from '@discord-relay/contracts';
import { SEQ, VECTOR } from './guild-cursors.js';
import { IsSnowflake } from '../validation/fields.js';

/** Maximum number of channels that one stream may name; the configuration cannot raise it. */
const MAX_CHANNELS = 1_000;

const List = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value));

/** A cursor of one guild, or of several. */
const CURSOR = new RegExp(`${SEQ.source}|${VECTOR.source}`);

const ID = { type: 'string', pattern: '^\\d{1,20}$' } as const;

/** A comma-separated list. */
const listOf = (items: { type: 'string'; pattern?: string; enum?: string[] }, maxItems: number) =>
  ({ type: 'array', items, minItems: 1, maxItems, required: false, style: 'form', explode: false }) as const;

export class StreamQueryDto {
  @ApiProperty({
    ...ID,
    required: false,
    description: 'A guild; absent: every guild in which the user may see something.',
  })
  @IsOptional()
  @IsSnowflake()
  guild?: Snowflake;

  @ApiProperty({
    ...listOf(ID, MAX_CHANNELS),
    description: 'Ids, comma-separated; absent: every channel that the user may read.',
  })
  @IsOptional()
  @List()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_CHANNELS)
  @ArrayUnique()
  @IsSnowflake({ each: true })
  channels?: Snowflake[];

  @ApiProperty({
    ...listOf({ type: 'string', enum: [...PUBLIC_EVENT_TYPES] }, PUBLIC_EVENT_TYPES.length),
    description: 'Event names, comma-separated; absent: all.',
  })
  @IsOptional()
  @List()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(PUBLIC_EVENT_TYPES, { each: true })
  types?: PublicEventType[];

  @ApiProperty({
    type: 'string',
    pattern: CURSOR.source,
    required: false,
    description: 'The cursor to resume from; a `Last-Event-ID`, which is newer, takes precedence.',
  })
  @IsOptional()
  @Matches(CURSOR, { message: 'after must be a cursor' })
  after?: string;
}
