import type {
  AttachmentState,
  GapCause,
  GapClosed,
  JsonObject,
  MessageReference,
  OverwriteState,
  Recovered,
  Snowflake,
  Unrecoverable,
  UserState,
} from '@discord-relay/contracts';

/**
 * Rows under the names of their columns; times are ISO 8601, UTC, milliseconds. `seq` is the stream sequence of the
 * event that last changed the row.
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
  reference: MessageReference | null;
  /** true while only updates were seen, never the creation. */
  partial: boolean;
  deleted_at: string | null;
  seq: number;
}

/** The part of a message that an event can carry. */
export type MessageFields = Omit<MessageRow, 'partial' | 'deleted_at' | 'seq'>;
export type MessageFieldsPatch = Pick<MessageFields, 'id' | 'channel_id' | 'guild_id'> &
  Partial<MessageFields>;

/** One user's reaction; it is there or it is not, so it has no `seq`. */
export interface ReactionRow {
  message_id: Snowflake;
  emoji_key: string;
  user_id: Snowflake;
  burst: boolean;
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
