import type { Snowflake } from '../snowflake.js';

/** What is worth something only at the moment. Never in the log: see EPHEMERAL_STREAM. */
export interface EphemeralEvents {
  /** Status and nothing of what the user plays or hears: nobody is profiled. */
  'presence.updated': { guildId: Snowflake; userId: Snowflake; status: string };
  'typing.started': { guildId: Snowflake; channelId: Snowflake; userId: Snowflake; startedAt: string };
}
