import { plainToInstance } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min, ValidateIf, validateSync } from 'class-validator';
import { AppError, type Snowflake } from '@discord-relay/contracts';
import { shorten } from '@discord-relay/platform';
import { MAX_DETAIL_CHARS } from '../../errors/problem.js';
import { IsSnowflake } from '../../validation/fields.js';

/** Unlike `IsOptional`, null does not count as absent. */
export const IfPresent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

export class LeaveChannelDto {
  @IsSnowflake()
  channelId!: Snowflake;
}

export class JoinChannelDto extends LeaveChannelDto {
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;

  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;
}

export class GetHistoryDto extends LeaveChannelDto {
  @IfPresent()
  @IsSnowflake()
  before?: Snowflake;

  @IfPresent()
  @IsSnowflake()
  after?: Snowflake;

  @IfPresent()
  @IsSnowflake()
  around?: Snowflake;

  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;
}

export class UnsubscribeRoomsDto {
  @IsSnowflake()
  guildId!: Snowflake;
}

export class SubscribeRoomsDto extends UnsubscribeRoomsDto {
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;
}

/** Also the body of the request to unsubscribe. */
export class SubscribeQueueDto extends UnsubscribeRoomsDto {}

export class RefreshTokenDto {
  @IsString()
  @MaxLength(16_384)
  token!: string;
}

/** Validates a client's request; undocumented fields are rejected. @throws AppError `REQUEST.INVALID` */
export function parseRequest<T extends object>(shape: new () => T, body: unknown): T {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('REQUEST.INVALID', 'the request must be an object');
  // Every documented field is a plain value. Validating a deeply nested one could overflow the stack.
  if (Object.entries(body).some(([key, value]) => key !== '__proto__' && isNested(value)))
    throw new AppError('REQUEST.INVALID', 'fields must not be nested');
  const request = plainToInstance(shape, body);
  const problems = validateSync(request, { whitelist: true, forbidNonWhitelisted: true });
  if (problems.length === 0) return request;
  const messages = problems.flatMap(({ constraints }) => Object.values(constraints ?? {}));
  throw new AppError('REQUEST.INVALID', shorten(messages.join('; '), MAX_DETAIL_CHARS));
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** @throws AppError `REQUEST.INVALID` when a page has more than one bound */
export function parseHistoryRequest(body: unknown): GetHistoryDto {
  const request = parseRequest(GetHistoryDto, body);
  const bounds = [request.before, request.after, request.around].filter((bound) => bound !== undefined);
  if (bounds.length > 1) throw new AppError('REQUEST.INVALID', 'before, after and around exclude each other');
  return request;
}
