import { isSnowflake } from '@discord-relay/contracts';

/** The largest id that a bigint column holds. Discord's ids reach it in 2084. */
const MAX_ID = 2n ** 63n - 1n;
const MAX_ID_DIGITS = String(MAX_ID).length;

/** Whether the value is a Discord id that a query accepts as a parameter. */
export const isStorableId = (value: unknown): boolean =>
  isSnowflake(value) && (value.length < MAX_ID_DIGITS || BigInt(value) <= MAX_ID);
