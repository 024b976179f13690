import type { Snowflake } from '../snowflake.js';

/** Presence and typing. They are useful for a moment only and are never in the log: see EPHEMERAL_STREAM. */
export interface EphemeralEvents {
  /** Status only, without the user's activities, so that no profile of a user can be built. */
  'presence.updated': { guildId: Snowflake; userId: Snowflake; status: string };
  'typing.started': { guildId: Snowflake; channelId: Snowflake; userId: Snowflake; startedAt: string };
}
