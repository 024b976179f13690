import { compareSnowflakes, isSnowflake, LAST_SNOWFLAKE, type Snowflake } from '@discord-relay/contracts';

/**
 * Whether an id fits its column and has the form in which the column returns it, so that its row is found again. Ids are
 * unsigned 64-bit integers, the column is signed.
 */
export const isStorable = (id: unknown): boolean =>
  isSnowflake(id) && compareSnowflakes(id, LAST_SNOWFLAKE) <= 0 && (id === '0' || !id.startsWith('0'));

export const areStorable = (...ids: (Snowflake | undefined)[]): boolean => ids.every(isStorable);

export const isAbsentOrStorable = (id: Snowflake | null | undefined): boolean =>
  id === null || id === undefined || isStorable(id);

export const memberKey = (guildId: Snowflake, userId: Snowflake): string => `${guildId} ${userId}`;
