import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min, Validate, type ValidationArguments } from 'class-validator';
import { ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import { IsSnowflake } from '../access/is-snowflake.js';

const BOUNDS = ['before', 'after', 'around'] as const;

@ValidatorConstraint({ name: 'oneBound' })
class OneBound implements ValidatorConstraintInterface {
  validate(_: unknown, { object }: ValidationArguments): boolean {
    return BOUNDS.filter((bound) => (object as HistoryQueryDto)[bound] !== undefined).length === 1;
  }

  defaultMessage(): string {
    return 'before, after and around exclude each other';
  }
}

/** Values that are not there are valid, so the rule of one bound hangs on each. */
export class HistoryQueryDto {
  @IsOptional()
  @IsSnowflake()
  @Validate(OneBound)
  before?: string;

  @IsOptional()
  @IsSnowflake()
  @Validate(OneBound)
  after?: string;

  @IsOptional()
  @IsSnowflake()
  @Validate(OneBound)
  around?: string;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 50;
}

export class IdParamsDto {
  @IsSnowflake()
  id!: string;
}

export class NoFieldsDto {}
