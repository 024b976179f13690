import type { Snowflake } from '../snowflake.js';

/** Events that are of use only for the moment. They are never in the log: see EPHEMERAL_STREAM. */
export interface EphemeralEvents {
  /** Status only, without the user's activities, so that no profile of a user can be built. */
  'presence.updated': { guildId: Snowflake; userId: Snowflake; status: string };
  'typing.started': { guildId: Snowflake; channelId: Snowflake; userId: Snowflake; startedAt: string };
}
