import { IsBoolean, IsInt, IsUUID, Max, Min } from 'class-validator';
import { AppError, type Snowflake } from '@discord-relay/contracts';
import { IsMoment, IsSnowflake } from '../../validation/fields.js';
import { IfPresent, parseRequest } from './requests.dto.js';

const MAX_REPLAY_SPEED = 1_000;

class StartReplayDto {
  @IfPresent()
  @IsSnowflake()
  channelId?: Snowflake;

  @IfPresent()
  @IsSnowflake()
  guildId?: Snowflake;

  @IsMoment()
  from!: string;

  @IfPresent()
  @IsMoment()
  to?: string;

  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(MAX_REPLAY_SPEED)
  speed?: number;

  @IfPresent()
  @IsBoolean()
  skipQuiet?: boolean;

  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;
}

/** Also the body of the requests to pause, resume and stop. */
export class ReplayDto {
  @IsUUID()
  id!: string;
}

export class SeekReplayDto extends ReplayDto {
  @IsMoment()
  at!: string;
}

export class ReplaySpeedDto extends ReplayDto {
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(MAX_REPLAY_SPEED)
  speed?: number;

  @IfPresent()
  @IsBoolean()
  skipQuiet?: boolean;
}

/** @throws AppError `REQUEST.INVALID` unless exactly one of the ids is present */
export function parseReplayStart(body: unknown): StartReplayDto {
  const request = parseRequest(StartReplayDto, body);
  if ((request.channelId === undefined) === (request.guildId === undefined))
    throw new AppError('REQUEST.INVALID', 'exactly one of channelId and guildId is required');
  return request;
}
