import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { type Snowflake, WEBHOOK_TYPES, type WebhookType } from '@discord-relay/contracts';
import { IsSnowflake } from '../access/is-snowflake.js';
import { IsReplayStart } from './replay-start.js';

const MAX_CHANNELS = 500;
const MAX_URL_CHARS = 2_048;
const MAX_DESCRIPTION_CHARS = 200;
const DELIVERY_ID = /^[0-9a-f-]{36}:\d{1,15}(:\d{1,6}|:gap)?$/;

/** Unlike with IsOptional null is no value. */
const IsGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

class WebhookFieldsDto {
  @IsGiven()
  @IsString()
  @MaxLength(MAX_DESCRIPTION_CHARS)
  description?: string;

  /** Channels whose events are posted; all when null. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_CHANNELS)
  @IsSnowflake({ each: true })
  channels?: Snowflake[] | null;

  /** All when null. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(WEBHOOK_TYPES.length)
  @IsIn(WEBHOOK_TYPES, { each: true })
  types?: WebhookType[] | null;
}

export class CreateWebhookDto extends WebhookFieldsDto {
  @IsSnowflake()
  guildId!: Snowflake;

  @IsString()
  @MaxLength(MAX_URL_CHARS)
  url!: string;
}

export class UpdateWebhookDto extends WebhookFieldsDto {
  @IsGiven()
  @IsString()
  @MaxLength(MAX_URL_CHARS)
  url?: string;

  @IsGiven()
  @IsBoolean()
  enabled?: boolean;
}

export class RotateSecretDto {
  /** How long the secret before it stays valid. */
  @IsInt()
  @Min(0)
  @Max(168)
  overlapHours = 24;
}

export class ReplayDto {
  /** After this cursor, or what was committed at this time (ISO 8601) or later. */
  @IsReplayStart()
  from!: string;
}

export class WebhookParamsDto {
  @IsUUID()
  id!: string;
}

export class DeliveryParamsDto extends WebhookParamsDto {
  @Matches(DELIVERY_ID)
  deliveryId!: string;
}

export class DeliveriesQueryDto {
  @IsOptional()
  @IsIn(['delivered', 'dead'])
  state?: 'delivered' | 'dead';

  /** Only what is older than this delivery. */
  @IsOptional()
  @Matches(DELIVERY_ID)
  before?: string;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 50;
}
