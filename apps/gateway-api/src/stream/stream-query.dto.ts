import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, Matches } from 'class-validator';
import { type Snowflake, STREAM_TYPES, type StreamType } from '@discord-relay/contracts';
import { IsSnowflake } from '../access/is-snowflake.js';

/** Most channels that one stream may name, whatever the configuration allows. */
const MAX_CHANNELS = 1_000;

const List = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value));

/** A cursor as text; what is too large for a number was never one of ours, and is refused like any unknown one. */
export const CURSOR = /^(0|[1-9]\d{0,14})$/;

export class StreamQueryDto {
  @IsSnowflake()
  guild!: Snowflake;

  /** Absent: every channel that the user may read. */
  @IsOptional()
  @List()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_CHANNELS)
  @ArrayUnique()
  @IsSnowflake({ each: true })
  channels?: Snowflake[];

  /** Absent: all. */
  @IsOptional()
  @List()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(STREAM_TYPES, { each: true })
  types?: StreamType[];

  /** The cursor to go on after; a `Last-Event-ID`, which is newer, goes before it. */
  @IsOptional()
  @Matches(CURSOR, { message: 'after must be a cursor' })
  after?: string;
}
