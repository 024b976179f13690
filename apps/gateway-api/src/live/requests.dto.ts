import { plainToInstance } from 'class-transformer';
import { IsInt, Max, Min, ValidateIf, validateSync } from 'class-validator';
import { AppError, type Snowflake } from '@discord-relay/contracts';
import { IsSnowflake } from '../access/is-snowflake.js';

/** Unlike `IsOptional`, null does not count as absent. */
const IfPresent = () => ValidateIf((_, value) => value !== undefined);

export class JoinChannelDto {
  @IsSnowflake()
  channelId!: Snowflake;

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

export class LeaveChannelDto {
  @IsSnowflake()
  channelId!: Snowflake;
}

/** Checks what a client sent; fields that are not documented are refused. @throws AppError `REQUEST.INVALID` */
export function parseRequest<T extends object>(shape: new () => T, body: unknown): T {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('REQUEST.INVALID', 'the request must be an object');
  const request = plainToInstance(shape, body);
  const problems = validateSync(request, { whitelist: true, forbidNonWhitelisted: true });
  if (problems.length === 0) return request;
  const messages = problems.flatMap(({ constraints }) => Object.values(constraints ?? {}));
  throw new AppError('REQUEST.INVALID', messages.join('; ').slice(0, 500));
}
