import type { IsoTime } from '../formats.js';
import type { Snowflake } from '../snowflake.js';

/** The fields of `room.created` besides those of the channel; `created`: the room is new. */
export interface RoomDetails {
  created: boolean;
  parentId: Snowflake | null;
  userLimit: number | null;
}

/** These fields cannot change: existing clients of `room.created` rely on them. */
export interface RoomCreatedBody {
  guildId: Snowflake;
  channelId: Snowflake;
  name: string;
  parentId?: Snowflake;
  userLimit: number;
}

/** These fields cannot change: existing clients of `room.deleted` rely on them. */
export interface RoomDeletedBody {
  guildId: Snowflake;
  channelId: Snowflake;
}

/** These fields cannot change: existing clients of `voice.joined` rely on them. */
export interface VoiceJoinedBody {
  guildId: Snowflake;
  channelId: Snowflake;
  userId: Snowflake;
  username: string | null;
  avatar: string | null;
}

/** In a change row, where the left room must be known; on the wire it is {@link WireVoiceLeft}. */
export interface VoiceLeftBody {
  guildId: Snowflake;
  fromChannelId: Snowflake | null;
  userId: Snowflake;
}

/** In a change row; on the wire `left` and `joined`. */
export type VoiceMovedBody = VoiceJoinedBody & { fromChannelId: Snowflake | null };

/** These fields cannot change: existing clients of `voice.left` rely on them. */
export interface WireVoiceLeft {
  guildId: Snowflake;
  channelId: null;
  userId: Snowflake;
}

/** A room and its users, with their join times (ISO 8601). */
export interface WireRoom {
  guildId: Snowflake;
  channelId: Snowflake;
  name: string;
  parentId?: Snowflake;
  userLimit: number;
  members: { userId: Snowflake; username: string | null; avatar: string | null; since: IsoTime | null }[];
}
