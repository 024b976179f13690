import type { IsoTime } from '../formats.js';
import type { Snowflake } from '../snowflake.js';

export const SCHEDULED_EVENT_STATES = ['scheduled', 'active'] as const;
export type ScheduledEventStatus = (typeof SCHEDULED_EVENT_STATES)[number];

/** An event that a server has announced and that is not over. */
export interface RestScheduledEvent {
  id: Snowflake;
  guildId: Snowflake;
  name: string;
  description: string | null;
  status: ScheduledEventStatus;
  /** ISO 8601; null: not known. */
  startsAt: IsoTime | null;
  /** null: its end is open. */
  endsAt: IsoTime | null;
  /** The stage or voice channel; null: it takes place elsewhere. */
  channelId: Snowflake | null;
  /** Where it takes place, if not in a channel. */
  location: string | null;
  creatorId: Snowflake | null;
}
