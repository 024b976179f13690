import type { Snowflake } from '../snowflake.js';

/** An absent flag was not sent or cannot be read: its known value in the same room stays. */
export interface VoiceFlags {
  selfMute?: boolean;
  selfDeaf?: boolean;
  /** Muted or deafened by a moderator. */
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
  /** Also written for everyone who is in a room when the session begins. */
  'voice.joined': Arrival;
  'voice.moved': Arrival & { fromChannelId: Snowflake | null };
  'voice.updated': InRoom & { state: VoiceFlags };
  /** `fromChannelId` is null if the ingestor never saw the user join. */
  'voice.left': { guildId: Snowflake; channelId: null; fromChannelId: Snowflake | null; userId: Snowflake };
}
