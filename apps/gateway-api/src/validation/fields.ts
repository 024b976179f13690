import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
  type ValidationOptions,
} from 'class-validator';
import { instantMs, momentMs } from '@discord-relay/contracts';
import { isStorableId } from '../database/storable-id.js';

/** A Discord id as a decimal string. */
export const IsSnowflake = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isSnowflake',
      validator: {
        validate: isStorableId,
        defaultMessage: (args) => `${args?.property} must be a Discord id`,
      },
    },
    options,
  );

/** A request without fields: any field is rejected. */
export class NoFieldsDto {}

/** Combines the documentation and the validation of a request field. */
const field = (description: ApiPropertyOptions, ...checks: PropertyDecorator[]): PropertyDecorator =>
  applyDecorators(ApiProperty(description), ...checks);

const optional = (description: ApiPropertyOptions, ...checks: PropertyDecorator[]): PropertyDecorator =>
  field({ required: false, ...description } as ApiPropertyOptions, IsOptional(), ...checks);

const ID = { type: 'string', pattern: '^\\d{1,20}$' } as const;

export const Id = (description: string) => field({ ...ID, description }, IsSnowflake());
export const OptionalId = (description: string, ...checks: PropertyDecorator[]) =>
  optional({ ...ID, description }, IsSnowflake(), ...checks);

/** At most `maximum` Discord ids, comma-separated. */
export const OptionalIds = (maximum: number, description: string) =>
  optional(
    { type: 'array', items: ID, maxItems: maximum, description },
    Transform(({ value }) => (typeof value === 'string' ? value.split(',') : value)),
    IsArray(),
    ArrayMaxSize(maximum),
    IsSnowflake({ each: true }),
  );

/** The maximum number of items of a page; the property's own value is the default. */
export const Limit = (maximum: number, fallback: number) =>
  field(
    {
      type: 'integer',
      minimum: 1,
      maximum,
      default: fallback,
      required: false,
      description: 'Maximum number of items of a page.',
    },
    Type(() => Number),
    IsInt(),
    Min(1),
    Max(maximum),
  );

const isCursor = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{1,16}$/.test(value) && Number(value) <= Number.MAX_SAFE_INTEGER;

/** A stream sequence in decimal. */
export const OptionalCursor = (description: string) =>
  optional(
    { type: 'string', pattern: '^\\d{1,16}$', description },
    ValidateBy({
      name: 'isCursor',
      validator: { validate: isCursor, defaultMessage: (args) => `${args?.property} must be a cursor` },
    }),
  );

export const OptionalMatch = (pattern: RegExp, description: string) =>
  optional({ type: 'string', pattern: pattern.source, description }, Matches(pattern));

export const Text = (description: string) =>
  field({ type: 'string', minLength: 1, description }, IsString(), Length(1));

export const OptionalText = (maxLength: number, description: string) =>
  // Postgres text cannot contain NUL.
  optional(
    { type: 'string', minLength: 1, maxLength, description },
    Length(1, maxLength),
    Matches(/^[^\0]*$/),
  );

const isInstant = (value: unknown): boolean => typeof value === 'string' && instantMs(value) !== undefined;

/** A day (UTC) or a time with its offset. */
export const OptionalInstant = (description: string) =>
  optional(
    { type: 'string', description: `${description} ISO 8601: a day in UTC, or a time with its offset.` },
    ValidateBy({
      name: 'isInstant',
      validator: {
        validate: isInstant,
        defaultMessage: (args) => `${args?.property} must be an ISO 8601 time with its offset`,
      },
    }),
  );

const isMoment = (value: unknown): boolean => typeof value === 'string' && momentMs(value, 0) !== undefined;

/** A day (UTC), a time with its offset, or a time relative to now. */
export const IsMoment = (): PropertyDecorator =>
  ValidateBy({
    name: 'isMoment',
    validator: {
      validate: isMoment,
      defaultMessage: (args) =>
        `${args?.property} must be an ISO 8601 time with its offset, or now-2h and the like`,
    },
  });

/** As {@link OptionalInstant}, or relative to the time of the request. */
export const OptionalMoment = (description: string) =>
  optional(
    {
      type: 'string',
      description: `${description} ISO 8601: a day in UTC, or a time with its offset; or \`now-2h\` (ms, s, m, h, d).`,
    },
    IsMoment(),
  );

const isPoint = (value: unknown): boolean => isCursor(value) || isMoment(value);

/** A stream sequence in decimal, or a time as for {@link OptionalMoment}. */
export const OptionalPoint = (description: string) => optional(pointOf(description), IsPoint());

/** As {@link OptionalPoint}, required. */
export const Point = (description: string) => field(pointOf(description), IsPoint());

const pointOf = (description: string) =>
  ({
    type: 'string',
    description: `${description} A sequence, or a time: ISO 8601 (a day in UTC, or a time with its offset) or \`now-2h\` (ms, s, m, h, d).`,
  }) as const;

const IsPoint = () =>
  ValidateBy({
    name: 'isPoint',
    validator: {
      validate: isPoint,
      defaultMessage: (args) =>
        `${args?.property} must be a sequence, an ISO 8601 time with its offset, or now-2h and the like`,
    },
  });

const PATTERN = /^[a-z_*]{1,40}(\.[a-z_*]{1,40})?$/;

/** At most `maximum` patterns of dotted names, comma-separated. */
export const OptionalPatterns = (maximum: number, description: string) =>
  optional(
    { type: 'array', items: { type: 'string', pattern: PATTERN.source }, maxItems: maximum, description },
    Transform(({ value }) => (typeof value === 'string' ? value.split(',') : value)),
    IsArray(),
    ArrayMaxSize(maximum),
    Matches(PATTERN, { each: true }),
  );

/** 0, or a number from 1 to `maximum`; the property's own value is the default. */
export const OptionalFactor = (maximum: number, description: string) =>
  optional(
    { type: 'number', minimum: 0, maximum, default: 0, description },
    Type(() => Number),
    ValidateBy({
      name: 'isFactor',
      validator: {
        validate: (value) => value === 0 || (typeof value === 'number' && value >= 1 && value <= maximum),
        defaultMessage: (args) => `${args?.property} must be 0, or from 1 to ${maximum}`,
      },
    }),
  );

const isZone = (value: unknown): boolean => {
  if (typeof value !== 'string' || !/^[\w+/-]{1,64}$/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
};

/** An IANA time zone. */
export const OptionalZone = (description: string) =>
  optional(
    { type: 'string', pattern: '^[\\w+/-]{1,64}$', description },
    ValidateBy({
      name: 'isZone',
      validator: {
        validate: isZone,
        defaultMessage: (args) => `${args?.property} must be an IANA time zone, such as Europe/Berlin`,
      },
    }),
  );

/** A comma-separated list of these words. */
export const OptionalWords = (words: readonly string[], description: string) =>
  optional(
    { type: 'array', items: { type: 'string', enum: [...words] }, description },
    Transform(({ value }) => (typeof value === 'string' ? value.split(',') : value)),
    IsIn(words, { each: true }),
  );

/** One of these words. */
export const OptionalWord = (words: readonly string[], description: string) =>
  optional({ type: 'string', enum: [...words], description }, IsIn(words));

export const OptionalFlag = (description: string) =>
  optional({ type: 'boolean', description }, IsIn(['true', 'false']));
