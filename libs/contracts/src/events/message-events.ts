import type { IsoTime } from '../formats.js';
import type { Snowflake } from '../snowflake.js';
import type { Described, JsonObject } from './field-types.js';
import type { UserState } from './member-events.js';
import type { EmojiKey } from './reaction-events.js';

export interface AttachmentState {
  id: Snowflake;
  filename: string;
  contentType: string | null;
  sizeBytes: number;
  /** Without its query, because the signature in it expires within a day. */
  url: string;
  width: number | null;
  height: number | null;
  /** The author's description of the content; absent: none, or the event is older than this field. */
  description?: string;
}

/** The message that a message answers or forwards: ids only, because the other message belongs to someone else. */
export interface MessageReference {
  type: 'default' | 'forward';
  messageId: Snowflake | null;
  channelId: Snowflake | null;
  guildId: Snowflake | null;
}

export interface StickerItem {
  id: Snowflake;
  name: string;
  /** Discord's sticker format number. */
  formatType: number;
}

export interface PollAnswer {
  id: number;
  text: string | null;
  emoji: EmojiKey | null;
}

export interface PollResults {
  /** The votes are counted exactly, and finally. */
  finalized: boolean;
  counts: { answerId: number; count: number }[];
}

export interface PollState {
  question: string | null;
  answers: PollAnswer[];
  expiresAt: IsoTime | null;
  multiselect: boolean;
  /** null: not known; its votes were not counted. */
  results: PollResults | null;
}

export interface MessageMentions {
  users: Snowflake[];
  roles: Snowflake[];
  channels: Snowflake[];
  everyone: boolean;
}

interface Message {
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
  components: JsonObject[];
  stickerItems: StickerItem[];
  poll: PollState | null;
  mentions: Partial<MessageMentions>;
  reference: MessageReference | null;
}

/** A message whose author, content and time are known. */
export type MessageState = Described<
  Message,
  'id' | 'channelId' | 'guildId' | 'author' | 'content' | 'createdAt'
>;

/**
 * An update holds only what Discord sent: an absent key means "unchanged". So does a creation whose author, content or time
 * cannot be read.
 */
export type MessagePatch = Described<Message, 'id' | 'channelId' | 'guildId'>;

interface PollVote {
  messageId: Snowflake;
  channelId: Snowflake;
  guildId: Snowflake;
  userId: Snowflake;
  answerId: number;
}

export interface MessageEvents {
  'message.created': MessageState;
  'message.updated': MessagePatch;
  'message.deleted': { id: Snowflake; channelId: Snowflake; guildId: Snowflake };
  'message.bulk_deleted': { ids: Snowflake[]; channelId: Snowflake; guildId: Snowflake };
  'poll.vote_added': PollVote;
  'poll.vote_removed': PollVote;
}
