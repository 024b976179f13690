import { ValidateBy } from 'class-validator';
import { isSnowflake } from '@discord-relay/contracts';

/** Largest id the read models can hold; Discord's clock reaches it in 2084. */
const MAX = 2n ** 63n - 1n;

/** A Discord id as a decimal string. */
export const IsSnowflake = (): PropertyDecorator =>
  ValidateBy({
    name: 'isSnowflake',
    validator: {
      validate: (value: unknown) => isSnowflake(value) && BigInt(value) <= MAX,
      defaultMessage: (args) => `${args?.property} must be a Discord id`,
    },
  });
