import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import {
  SERVICE_TOKEN_MAX_LIFE_S,
  SERVICE_TOKEN_ROLES,
  type ServiceTokenRole,
} from '@discord-relay/contracts';
import { IsSnowflake, Limit, OptionalMatch, OptionalText } from '../../validation/fields.js';

const DAY_S = 86_400;
const LIFE_S = 90 * DAY_S;

export class CreateTokenDto {
  @ApiProperty({ type: 'string', minLength: 1, maxLength: 100, description: 'The purpose of the token.' })
  @Length(1, 100)
  @Matches(/^\P{Cc}*$/u)
  name!: string;

  @ApiProperty({ type: 'string', enum: [...SERVICE_TOKEN_ROLES] })
  @IsIn(SERVICE_TOKEN_ROLES)
  role!: ServiceTokenRole;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', pattern: '^\\d{1,20}$' },
    minItems: 1,
    maxItems: 1_000,
    required: false,
    description: 'Guilds that the token is limited to; absent: no limit.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsSnowflake({ each: true })
  guilds?: string[];

  @ApiProperty({
    type: 'integer',
    minimum: 60,
    maximum: SERVICE_TOKEN_MAX_LIFE_S,
    default: LIFE_S,
    required: false,
    description: 'Lifetime in seconds.',
  })
  @IsInt()
  @Min(60)
  @Max(SERVICE_TOKEN_MAX_LIFE_S)
  expiresInS: number = LIFE_S;
}

export class TokenParamsDto {
  @ApiProperty({ type: 'string', format: 'uuid', description: 'Id of the token.' })
  @IsUUID()
  id!: string;
}

export class AuditQueryDto {
  @OptionalMatch(/^\d{1,18}$/, 'Only records older than the one with this id.')
  before?: string;

  @OptionalText(100, 'Only this action.')
  action?: string;

  @OptionalText(200, 'Only what this user or program did or was refused.')
  actor?: string;

  @Limit(1_000, 100)
  limit = 100;
}
