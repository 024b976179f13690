import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { type Snowflake, PUBLIC_EVENT_TYPES, type PublicEventType } from '@discord-relay/contracts';
import { Id, IsSnowflake, Limit, OptionalMatch } from '../validation/fields.js';
import { DELIVERY_ID } from './delivery/delivery-id.js';
import { IsReplayStart } from './admin/replay-start.js';

const MAX_CHANNELS = 500;
const MAX_URL_CHARS = 2_048;
const MAX_DESCRIPTION_CHARS = 200;
const MAX_OVERLAP_HOURS = 168;
const OVERLAP_HOURS = 24;

/** Unlike IsOptional, this does not accept null. */
const IsGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

const Url = (required: boolean): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: 'string',
      format: 'uri',
      maxLength: MAX_URL_CHARS,
      required,
      description: 'URL that events are posted to: https.',
    }),
    Length(1, MAX_URL_CHARS),
  );

/** A list that may be null, which means all. */
const Choice = (items: { type: 'string' } & Record<string, unknown>, maxItems: number, description: string) =>
  applyDecorators(
    ApiProperty({
      type: 'array',
      items,
      minItems: 1,
      maxItems,
      nullable: true,
      required: false,
      description,
    }),
    IsOptional(),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(maxItems),
  );

class WebhookFieldsDto {
  @ApiProperty({ type: 'string', maxLength: MAX_DESCRIPTION_CHARS, required: false })
  @IsGiven()
  @MaxLength(MAX_DESCRIPTION_CHARS)
  @Matches(/^\P{Cc}*$/u)
  description?: string;

  @Choice(
    { type: 'string', pattern: '^\\d{1,20}$' },
    MAX_CHANNELS,
    'Only events of these channels; null: all.',
  )
  @IsSnowflake({ each: true })
  channels?: Snowflake[] | null;

  @Choice(
    { type: 'string', enum: [...PUBLIC_EVENT_TYPES] },
    PUBLIC_EVENT_TYPES.length,
    'Only these event types; null: all.',
  )
  @IsIn(PUBLIC_EVENT_TYPES, { each: true })
  types?: PublicEventType[] | null;
}

export class CreateWebhookDto extends WebhookFieldsDto {
  @Id('The guild whose events are posted.')
  guildId!: Snowflake;

  @Url(true)
  url!: string;
}

export class UpdateWebhookDto extends WebhookFieldsDto {
  @IsGiven()
  @Url(false)
  url?: string;

  @ApiProperty({ type: 'boolean', required: false, description: 'Whether events are posted.' })
  @IsGiven()
  @IsBoolean()
  enabled?: boolean;
}

export class RotateSecretDto {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: MAX_OVERLAP_HOURS,
    default: OVERLAP_HOURS,
    required: false,
    description: 'How long the previous secret stays valid.',
  })
  @IsInt()
  @Min(0)
  @Max(MAX_OVERLAP_HOURS)
  overlapHours = OVERLAP_HOURS;
}

export class ReplayDto {
  @ApiProperty({
    oneOf: [{ type: 'string' }, { type: 'integer', minimum: 0 }],
    description:
      'A cursor, or a time (ISO 8601 with its zone): events after the cursor, or committed at the time or later.',
  })
  @IsReplayStart()
  from!: string;
}

export class WebhookParamsDto {
  @ApiProperty({ type: 'string', format: 'uuid', description: 'Id of the endpoint.' })
  @IsUUID()
  id!: string;
}

export class DeliveryParamsDto extends WebhookParamsDto {
  @ApiProperty({ type: 'string', pattern: DELIVERY_ID.source, description: 'The `webhook-id`.' })
  @Matches(DELIVERY_ID)
  deliveryId!: string;
}

export class DeliveriesQueryDto {
  @ApiProperty({
    type: 'string',
    enum: ['delivered', 'dead'],
    required: false,
    description: 'Only deliveries in this state.',
  })
  @IsOptional()
  @IsIn(['delivered', 'dead'])
  state?: 'delivered' | 'dead';

  @OptionalMatch(DELIVERY_ID, 'Only deliveries older than this one.')
  before?: string;

  @Limit(100, 50)
  limit = 50;
}
