import type { Snowflake } from '@discord-relay/contracts';
import type { LogRange } from '../log/reader/resolve-range.js';

/** What a replay shows. */
export interface ReplayPlan {
  guildId: Snowflake;
  /** null: the whole guild. */
  channelId: Snowflake | null;
  range: LogRange;
  /** Milliseconds since the Unix epoch. */
  fromMs: number;
  toMs: number;
  /** Number of messages in a snapshot of a channel. */
  limit: number;
}
