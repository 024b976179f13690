import { isSnowflake, type Snowflake } from '@discord-relay/contracts';

const PATH = /^\/channels\/(\d+)\/?$/;

/** The channel an address names, `/channels/<id>`; null when it names none. */
export function channelOfPath(path: string): Snowflake | null {
  const id = PATH.exec(path)?.[1];
  return isSnowflake(id) ? id : null;
}

export const pathOfChannel = (id: Snowflake): string => `/channels/${id}`;
