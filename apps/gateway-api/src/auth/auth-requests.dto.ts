import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumberString,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Max,
  Min,
} from 'class-validator';
import { SERVICE_TOKEN_ROLES, type ServiceTokenRole } from '@discord-relay/contracts';
import { IsSnowflake } from '../access/is-snowflake.js';

const DAY_S = 86_400;

export class CreateTokenDto {
  @IsString()
  @Length(1, 100)
  name!: string;

  @IsIn(SERVICE_TOKEN_ROLES)
  role!: ServiceTokenRole;

  /** Guilds it is limited to; all when absent. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsSnowflake({ each: true })
  guilds?: string[];

  @IsInt()
  @Min(60)
  @Max(366 * DAY_S)
  expiresInS: number = 90 * DAY_S;
}

export class TokenParamsDto {
  @IsUUID()
  id!: string;
}

export class AuditQueryDto {
  /** Only those before this one, by id. */
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @Length(1, 18)
  before?: string;

  @IsOptional()
  @IsString()
  @Length(1, 100)
  action?: string;

  @IsOptional()
  @IsString()
  @Length(1, 200)
  actor?: string;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit = 100;
}
