import type { Snowflake } from '../snowflake.js';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

export interface UserState {
  id: Snowflake;
  username: string;
  globalName: string | null;
  avatar: string | null;
  bot: boolean;
}

export interface GuildState {
  id: Snowflake;
  name: string;
  icon: string | null;
  ownerId: Snowflake | null;
}

/** A permission overwrite; `allow` and `deny` are decimal strings of 64-bit sets. */
export interface OverwriteState {
  id: Snowflake;
  type: 'role' | 'member';
  allow: string;
  deny: string;
}

export interface ChannelState {
  id: Snowflake;
  guildId: Snowflake;
  /** Discord's channel type number. */
  channelType: number;
  name: string;
  topic: string | null;
  position: number;
  parentId: Snowflake | null;
  nsfw: boolean;
  overwrites: OverwriteState[];
}

export interface AttachmentState {
  id: Snowflake;
  filename: string;
  contentType: string | null;
  sizeBytes: number;
  /** Without its query: signatures in it expire within a day. */
  url: string;
  width: number | null;
  height: number | null;
}

export interface MessageReference {
  messageId: Snowflake | null;
  channelId: Snowflake | null;
  guildId: Snowflake | null;
}

export interface MessageState {
  id: Snowflake;
  channelId: Snowflake;
  guildId: Snowflake;
  author: UserState;
  content: string;
  /** ISO 8601, UTC, milliseconds. */
  createdAt: string;
  editedAt: string | null;
  /** Discord's message type number. */
  messageType: number;
  flags: number;
  pinned: boolean;
  webhookId: Snowflake | null;
  attachments: AttachmentState[];
  embeds: JsonObject[];
  reference: MessageReference | null;
}

/** An update carries what Discord sent and nothing else: an absent key says "unchanged". */
export type MessagePatch = Pick<MessageState, 'id' | 'channelId' | 'guildId'> & Partial<MessageState>;

/** Event type -> its data. A fact's name is past tense; adding one is a change here, in normalize and in fold. */
export interface EventDataByType {
  /** The guild as Discord described it when the session began; its channels follow as `channel.synced`. */
  'guild.synced': GuildState & { channelIds: Snowflake[] };
  'guild.updated': GuildState;
  /** An outage at Discord: nothing was deleted. */
  'guild.unavailable': { id: Snowflake };
  /** The bot was removed, or the guild was deleted. */
  'guild.left': { id: Snowflake };
  'channel.synced': ChannelState;
  'channel.created': ChannelState;
  'channel.updated': ChannelState;
  'channel.deleted': { id: Snowflake; guildId: Snowflake };
  'message.created': MessageState;
  'message.updated': MessagePatch;
  'message.deleted': { id: Snowflake; channelId: Snowflake; guildId: Snowflake };
  'message.bulk_deleted': { ids: Snowflake[]; channelId: Snowflake; guildId: Snowflake };
}

export type EventType = keyof EventDataByType;

/** The version that is written today; older ones are lifted before they are folded. */
export const EVENT_VERSIONS: Readonly<Record<EventType, number>> = {
  'guild.synced': 1,
  'guild.updated': 1,
  'guild.unavailable': 1,
  'guild.left': 1,
  'channel.synced': 1,
  'channel.created': 1,
  'channel.updated': 1,
  'channel.deleted': 1,
  'message.created': 1,
  'message.updated': 1,
  'message.deleted': 1,
  'message.bulk_deleted': 1,
};

export const isEventType = (value: unknown): value is EventType =>
  typeof value === 'string' && Object.hasOwn(EVENT_VERSIONS, value);
