import type { Snowflake } from '../snowflake.js';

/** A flag that is absent was not sent or cannot be read: what was known of it in the same room stays. */
export interface VoiceFlags {
  selfMute?: boolean;
  selfDeaf?: boolean;
  /** Muted or deafened by the guild's staff. */
  mute?: boolean;
  deaf?: boolean;
  selfVideo?: boolean;
  selfStream?: boolean;
  /** In the audience of a stage. */
  suppress?: boolean;
}

interface InRoom {
  guildId: Snowflake;
  channelId: Snowflake;
  userId: Snowflake;
}

interface Arrival extends InRoom {
  username: string | null;
  avatar: string | null;
  state: VoiceFlags;
}

export interface VoiceEvents {
  /** Also for everyone who is in a room when the session begins. */
  'voice.joined': Arrival;
  'voice.moved': Arrival & { fromChannelId: Snowflake | null };
  'voice.updated': InRoom & { state: VoiceFlags };
  /** `fromChannelId` is null when the ingestor never saw the user arrive. */
  'voice.left': { guildId: Snowflake; channelId: null; fromChannelId: Snowflake | null; userId: Snowflake };
}
