import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean } from 'class-validator';
import { QUEUE_STATES, type QueueSettings, type QueueState, type Snowflake } from '@discord-relay/contracts';
import {
  IsSnowflake,
  Limit,
  OptionalId,
  OptionalMatch,
  OptionalWords,
  OptionalZone,
} from '../../validation/fields.js';
import { SpanQueryDto } from './requests.dto.js';

export class QueueQueryDto {
  @OptionalWords(QUEUE_STATES, 'Only these states, separated by commas; default: waiting.')
  state?: QueueState[];

  @OptionalId('Only this channel with its threads, or only this thread.')
  channel?: string;

  @OptionalMatch(/^\d{15}-\d{20}$/, '`next` of the previous page.')
  after?: string;

  @Limit(100, 50)
  limit = 50;
}

export class QueueStatisticsQueryDto extends SpanQueryDto {
  @OptionalZone('IANA time zone of the days; default: UTC.')
  zone?: string;

  @OptionalId('Only this channel with its threads, or only this thread.')
  channel?: string;
}

/** Maximum number of ids in a list of settings. */
const MAX_IDS = 200;

const Ids =
  (description: string): PropertyDecorator =>
  (target, key) => {
    const items = { type: 'string', pattern: '^\\d{1,20}$' } as const;
    ApiProperty({ type: 'array', items, maxItems: MAX_IDS, description })(target, key);
    IsArray()(target, key);
    ArrayMaxSize(MAX_IDS)(target, key);
    IsSnowflake({ each: true })(target, key);
  };

export class QueueSettingsDto implements QueueSettings {
  @Ids('Members with one of these roles are staff.')
  staffRoleIds!: Snowflake[];

  @Ids('Channels whose threads and posts belong to the queue.')
  channelIds!: Snowflake[];

  @Ids('Text channels whose messages belong to the queue.')
  messageChannelIds!: Snowflake[];

  @Ids('Forum tags that mark a post as solved.')
  solvedTagIds!: Snowflake[];

  @ApiProperty({ type: 'boolean', description: 'Whether archived threads count as solved.' })
  @IsBoolean()
  solvedWhenArchived!: boolean;
}
