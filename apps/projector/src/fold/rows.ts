import type {
  AttachmentState,
  GapCause,
  GapClosed,
  JsonObject,
  MessageMentions,
  MessageReference,
  OverwriteState,
  PollState,
  Recovered,
  Snowflake,
  StickerItem,
  Unrecoverable,
  UserState,
  VoiceFlags,
} from '@discord-relay/contracts';

/**
 * Rows under the names of their columns; times are ISO 8601, UTC, milliseconds. `seq` is the stream sequence of the
 * event that last changed the row. What each column says is in the entities of read-model.
 */
export interface GuildRow {
  id: Snowflake;
  name: string | null;
  icon: string | null;
  owner_id: Snowflake | null;
  available: boolean;
  left_at: string | null;
  seq: number;
}

export interface RoleRow {
  id: Snowflake;
  guild_id: Snowflake;
  name: string | null;
  permissions: string | null;
  position: number | null;
  color: number | null;
  hoist: boolean | null;
  managed: boolean | null;
  mentionable: boolean | null;
  deleted_at: string | null;
  seq: number;
}

export interface MemberRow {
  guild_id: Snowflake;
  user_id: Snowflake;
  username: string | null;
  profile: UserState | null;
  nick: string | null;
  role_ids: Snowflake[];
  joined_at: string | null;
  timed_out_until: string | null;
  pending: boolean | null;
  flags: number | null;
  avatar: string | null;
  left_at: string | null;
  seq: number;
}

/** `channel_id` null: in no room. */
export interface VoiceRow {
  guild_id: Snowflake;
  user_id: Snowflake;
  channel_id: Snowflake | null;
  since: string | null;
  username: string | null;
  state: VoiceFlags | null;
  seq: number;
}

/** A channel, a room or a thread; only a thread is `archived` or not. */
export interface ChannelRow {
  id: Snowflake;
  guild_id: Snowflake;
  type: number | null;
  name: string | null;
  topic: string | null;
  position: number | null;
  parent_id: Snowflake | null;
  nsfw: boolean | null;
  overwrites: OverwriteState[] | null;
  last_pin_at: string | null;
  user_limit: number | null;
  bitrate: number | null;
  status: string | null;
  owner_id: Snowflake | null;
  archived: boolean | null;
  locked: boolean | null;
  invitable: boolean | null;
  archive_changed_at: string | null;
  auto_archive_minutes: number | null;
  thread_created_at: string | null;
  applied_tag_ids: Snowflake[] | null;
  message_count: number | null;
  member_count: number | null;
  deleted_at: string | null;
  seq: number;
}

/** null is "not known": see {@link MessageRow.partial}. */
export interface MessageRow {
  id: Snowflake;
  channel_id: Snowflake;
  guild_id: Snowflake;
  author_id: Snowflake | null;
  author_username: string | null;
  author: UserState | null;
  content: string | null;
  created_at: string;
  edited_at: string | null;
  type: number | null;
  flags: number | null;
  pinned: boolean | null;
  webhook_id: Snowflake | null;
  attachments: AttachmentState[] | null;
  embeds: JsonObject[] | null;
  components: JsonObject[] | null;
  stickers: StickerItem[] | null;
  poll: PollState | null;
  mentions: MessageMentions | null;
  reference: MessageReference | null;
  /** How often the content was replaced. */
  revision: number;
  /** true while only updates were seen, never the creation. */
  partial: boolean;
  deleted_at: string | null;
  created_seq: number | null;
  /** Of the event that brought the content. */
  content_seq: number | null;
  seq: number;
}

/** The part of a message that an event can carry. */
export type MessageFields = Omit<
  MessageRow,
  'revision' | 'partial' | 'deleted_at' | 'created_seq' | 'content_seq' | 'seq'
>;
export type MessageFieldsPatch = Pick<MessageFields, 'id' | 'channel_id' | 'guild_id'> &
  Partial<MessageFields>;

/** What a message said before an edit. */
export interface RevisionRow {
  message_id: Snowflake;
  revision: number;
  content: string | null;
  edited_at: string | null;
  seq: number;
}

/** One user's reaction; it is there or it is not, so it has no `seq`. */
export interface ReactionRow {
  message_id: Snowflake;
  emoji_key: string;
  user_id: Snowflake;
  burst: boolean;
}

/** `present` false: taken back. */
export interface VoteRow {
  message_id: Snowflake;
  answer_id: number;
  user_id: Snowflake;
  present: boolean;
  seq: number;
}

/** `reported`: Discord said a number once, which includes votes that were never seen. */
export interface PollCountRow {
  message_id: Snowflake;
  answer_id: number;
  votes: number;
  reported: boolean;
  seq: number;
}

/** Increments to the counts of an hour. */
export interface HourlyCountRow {
  channel_id: Snowflake;
  hour: string;
  guild_id: Snowflake;
  messages: number;
  edits: number;
  deletions: number;
  reactions: number;
}

/** The first event of a guild that was received in an hour. */
export interface PositionRow {
  guild_id: Snowflake;
  hour: string;
  seq: number;
}

/** null is "not known" or, of what its end says, "not closed". */
export interface GapRow {
  gap_id: string;
  guild_id: Snowflake;
  shard_id: number | null;
  cause: GapCause | null;
  opened_at: string | null;
  from_time: string | null;
  from_snowflake: Snowflake | null;
  to_time: string | null;
  to_snowflake: Snowflake | null;
  closed_at: string | null;
  recovered: Recovered | null;
  unrecoverable: Unrecoverable[] | null;
  channels: GapClosed['channels'] | null;
  seq: number;
}
