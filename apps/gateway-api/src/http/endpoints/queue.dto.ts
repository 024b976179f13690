import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean } from 'class-validator';
import { QUEUE_STATES, type QueueSettings, type QueueState, type Snowflake } from '@discord-relay/contracts';
import { IsSnowflake, Limit, OptionalId, OptionalMatch, OptionalWords } from '../../validation/fields.js';

export class QueueQueryDto {
  @OptionalWords(QUEUE_STATES, 'Only these states, separated by commas; default: waiting.')
  state?: QueueState[];

  @OptionalId('Only this channel with its threads, or this thread.')
  channel?: string;

  @OptionalMatch(/^\d{15}-\d{20}$/, '`next` of the page before.')
  after?: string;

  @Limit(100, 50)
  limit = 50;
}

/** Most ids in a list of settings. */
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

  @Ids('Channels whose threads and posts are in the queue.')
  channelIds!: Snowflake[];

  @Ids('Text channels whose messages are in the queue.')
  messageChannelIds!: Snowflake[];

  @Ids('Forum tags that mean solved.')
  solvedTagIds!: Snowflake[];

  @ApiProperty({ type: 'boolean', description: 'Whether an archived thread is solved.' })
  @IsBoolean()
  solvedWhenArchived!: boolean;
}
