import type { APIEmbed, APIOverwrite, ChannelType } from 'discord-api-types/v10';
import type { Snowflake } from './snowflakes.js';

/** What the world remembers; the payloads folder turns it into Discord's objects. */
export interface UserRecord {
  id: Snowflake;
  username: string;
  globalName: string | null;
  bot: boolean;
}

export interface RoleRecord {
  id: Snowflake;
  name: string;
  /** Decimal string of permission bits. */
  permissions: string;
  position: number;
  /** Set on the role that belongs to a bot. */
  botId: Snowflake | null;
}

export interface GuildRecord {
  id: Snowflake;
  name: string;
  description: string | null;
  ownerId: Snowflake;
  joinedAtMs: number;
  roles: RoleRecord[];
  /** True during a simulated outage. */
  unavailable: boolean;
}

export type GuildChannelType =
  | ChannelType.GuildText
  | ChannelType.GuildVoice
  | ChannelType.GuildCategory
  | ChannelType.GuildAnnouncement
  | ChannelType.GuildStageVoice;

export interface ChannelRecord {
  id: Snowflake;
  guildId: Snowflake;
  type: GuildChannelType;
  name: string;
  topic: string | null;
  parentId: Snowflake | null;
  position: number;
  nsfw: boolean;
  rateLimitPerUser: number;
  permissionOverwrites: APIOverwrite[];
  /** Newest message ever sent here; it may have been deleted since, as on Discord. */
  lastMessageId: Snowflake | null;
}

/** `id` is null for a Unicode emoji, whose `name` is the character. */
export interface EmojiRecord {
  id: Snowflake | null;
  name: string | null;
  animated: boolean;
}

/** One emoji below a message; `users` in the order in which they reacted. */
export interface ReactionRecord {
  emoji: EmojiRecord;
  users: { id: Snowflake; burst: boolean }[];
}

export interface MessageRecord {
  id: Snowflake;
  channelId: Snowflake;
  authorId: Snowflake;
  content: string;
  /** Epoch milliseconds. */
  atMs: number;
  editedAtMs: number | null;
  replyToId: Snowflake | null;
  tts: boolean;
  nonce: string | number | null;
  embeds: APIEmbed[];
  /** Absent before the first one. */
  reactions?: ReactionRecord[];
}
