import { ValidateBy, type ValidationOptions } from 'class-validator';
import { isSnowflake } from '@discord-relay/contracts';

/** Largest id the read models can hold; Discord's clock reaches it in 2084. */
const MAX = 2n ** 63n - 1n;

/** Whether it can be asked for in the read models. */
export const isStorableId = (value: unknown): boolean => isSnowflake(value) && BigInt(value) <= MAX;

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
