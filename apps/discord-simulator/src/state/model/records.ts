import type {
  APIEmbed,
  APIOverwrite,
  ChannelType,
  GuildScheduledEventStatus,
  MessageType,
} from 'discord-api-types/v10';
import type {
  EmojiRecord,
  ForumTagRecord,
  PollRecord,
  StickerItemRecord,
  StickerRecord,
} from './message-parts.js';
import type { Snowflake } from './snowflakes.js';

export type * from './message-parts.js';

/** The records of the world; the payloads folder converts them into Discord's objects. */
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
  color?: number;
  hoist?: boolean;
  mentionable?: boolean;
}

export interface GuildRecord {
  id: Snowflake;
  name: string;
  description: string | null;
  ownerId: Snowflake;
  joinedAtMs: number;
  roles: RoleRecord[];
  /** Where joins and boosts are announced; without it the guild has no system messages. */
  systemChannelId?: Snowflake | null;
  /** Absent before the first one. */
  stickers?: StickerRecord[];
  /** Absent before the first one. */
  scheduledEvents?: ScheduledEventRecord[];
  /** True during a simulated outage. */
  unavailable: boolean;
}

/** An event that a guild has announced; it takes place in a room, or at a location. */
export interface ScheduledEventRecord {
  id: Snowflake;
  name: string;
  description: string | null;
  channelId: Snowflake | null;
  creatorId: Snowflake;
  location: string | null;
  status: GuildScheduledEventStatus;
  startsAtMs: number;
  endsAtMs: number | null;
}

export type GuildChannelType =
  | ChannelType.GuildText
  | ChannelType.GuildVoice
  | ChannelType.GuildCategory
  | ChannelType.GuildAnnouncement
  | ChannelType.GuildStageVoice
  | ChannelType.GuildForum;

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
  /** The newest message ever sent here, or the newest post of a forum; it may have been deleted since, as on Discord. */
  lastMessageId: Snowflake | null;
  /** The tags of a forum; absent if it never had any. */
  availableTags?: ForumTagRecord[];
  /** When the newest pinned message was pinned; absent before the first pin. */
  lastPinAtMs?: number | null;
}

export type ThreadType =
  ChannelType.AnnouncementThread | ChannelType.PublicThread | ChannelType.PrivateThread;

export interface ThreadRecord {
  /** The id of the message at which it starts, if there is one. */
  id: Snowflake;
  guildId: Snowflake;
  parentId: Snowflake;
  type: ThreadType;
  name: string;
  ownerId: Snowflake;
  archived: boolean;
  locked: boolean;
  /** Null except for private threads. */
  invitable: boolean | null;
  /** When `archived` last changed. */
  archiveAtMs: number;
  createdAtMs: number;
  autoArchiveMinutes: 60 | 1440 | 4320 | 10_080;
  rateLimitPerUser: number;
  members: { id: Snowflake; joinedAtMs: number }[];
  /** Number of messages ever sent in it, including deleted ones. */
  sentCount: number;
  lastMessageId: Snowflake | null;
  /** Only posts of a forum have them. */
  appliedTagIds?: Snowflake[];
  lastPinAtMs?: number | null;
}

/** Where messages can be. */
export type ChannelOrThread = ChannelRecord | ThreadRecord;

export interface MemberRecord {
  guildId: Snowflake;
  userId: Snowflake;
  nick: string | null;
  roleIds: Snowflake[];
  joinedAtMs: number;
  timedOutUntilMs: number | null;
  pending: boolean;
}

/** `channelId` is null right after the user left. */
export interface VoiceRecord {
  guildId: Snowflake;
  channelId: Snowflake | null;
  userId: Snowflake;
  selfMute: boolean;
  selfDeaf: boolean;
  selfVideo: boolean;
  selfStream: boolean;
  mute: boolean;
  deaf: boolean;
  suppress: boolean;
}

/** An emoji below a message; `users` in the order in which they reacted. */
export interface ReactionRecord {
  emoji: EmojiRecord;
  users: { id: Snowflake; burst: boolean }[];
}

/** An entry of a guild's audit log. */
export interface AuditEntryRecord {
  id: Snowflake;
  guildId: Snowflake;
  /** Discord's number. */
  actionType: number;
  byId: Snowflake;
  targetId: Snowflake;
  reason: string | null;
  changes: { key: string; new_value?: unknown }[];
}

export interface InviteRecord {
  code: string;
  guildId: Snowflake;
  channelId: Snowflake;
  inviterId: Snowflake;
  createdAtMs: number;
  /** Seconds; 0: unlimited. */
  maxAgeS: number;
  /** 0: unlimited. */
  maxUses: number;
  temporary: boolean;
}

/** A file of a message. */
export interface AttachmentRecord {
  id: Snowflake;
  filename: string;
  contentType: string;
  /** Its bytes in base64. */
  data: string;
  description?: string;
  width?: number;
  height?: number;
}

/** A message component, of any type. */
export interface ComponentRecord {
  type: number;
  id?: number;
  custom_id?: string;
  components?: ComponentRecord[];
  accessory?: ComponentRecord;
  component?: ComponentRecord;
  /** `attachment://NAME` is a file of the message. */
  media?: { url: string };
  file?: { url: string };
  items?: { media: { url: string }; description?: string | null; spoiler?: boolean }[];
}

export interface WebhookRecord {
  id: Snowflake;
  guildId: Snowflake;
  channelId: Snowflake;
  name: string;
  token: string;
  creatorId: Snowflake;
}

/** An application command; `body` holds what Discord returns besides its ids. */
export interface CommandRecord {
  id: Snowflake;
  /** Null for a global one. */
  guildId: Snowflake | null;
  version: Snowflake;
  body: { name: string; type: number; description: string } & Record<string, unknown>;
}

/** A message's reference to the interaction that it answers. */
export interface InteractionMark {
  id: Snowflake;
  type: number;
  userId: Snowflake;
  originalMessageId?: Snowflake;
  interactedMessageId?: Snowflake;
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
  components?: ComponentRecord[];
  /** Flags that a client may set, and LOADING. */
  flags?: number;
  /** Set if a webhook wrote it, under this name; `id` is the application's for a response to an interaction. */
  webhook?: { id: Snowflake; name?: string; avatarUrl?: string };
  interaction?: InteractionMark;
  /** Absent if a person wrote it. */
  system?: { type: MessageType; reference?: { channelId: Snowflake; messageId?: Snowflake } };
  /** Absent unless it is pinned. */
  pinnedAtMs?: number;
  /** Absent if there are none. */
  attachments?: AttachmentRecord[];
  /** Absent before the first one. */
  reactions?: ReactionRecord[];
  poll?: PollRecord;
  /** Absent if there are none. */
  stickers?: StickerItemRecord[];
}
