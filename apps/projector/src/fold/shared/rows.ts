import type { UserState } from '@discord-relay/contracts';
import type { MessageMentions } from '@discord-relay/contracts';
import type {
  CHANNELS,
  FEED_HEADS,
  GAPS,
  GUILDS,
  HOURLY_COUNTS,
  MEMBERS,
  MESSAGE_REVISIONS,
  MESSAGES,
  PAST_REACTIONS,
  POLL_COUNTS,
  POLL_VOTES,
  REACTIONS,
  ROLES,
  RowOf,
  STREAM_POSITIONS,
  VOICE_STATES,
} from '@discord-relay/read-model/tables';

// Rows with their column names as keys; the tables of read-model describe each column.
export type GuildRow = RowOf<typeof GUILDS>;
export type RoleRow = RowOf<typeof ROLES>;
export type MemberRow = RowOf<typeof MEMBERS>;
export type VoiceRow = RowOf<typeof VOICE_STATES>;
export type ChannelRow = RowOf<typeof CHANNELS>;
export type MessageRow = RowOf<typeof MESSAGES>;
export type RevisionRow = RowOf<typeof MESSAGE_REVISIONS>;
/** A reaction, without the sequence that added it. */
export type ReactionRow = Omit<RowOf<typeof REACTIONS>, 'seq'>;
export type PastReactionRow = RowOf<typeof PAST_REACTIONS>;
export type VoteRow = RowOf<typeof POLL_VOTES>;
export type PollCountRow = RowOf<typeof POLL_COUNTS>;
/** Increments to the counts of an hour. */
export type HourlyCountRow = RowOf<typeof HOURLY_COUNTS>;
/** The first event of a guild received in an hour. */
export type PositionRow = RowOf<typeof STREAM_POSITIONS>;
/** The newest change of a feed, or of a guild as a whole. */
export type HeadRow = RowOf<typeof FEED_HEADS>;
export type GapRow = RowOf<typeof GAPS>;

type MessageColumns = Omit<
  MessageRow,
  'revision' | 'partial' | 'imported' | 'deleted_at' | 'created_seq' | 'content_seq' | 'seq' | 'mentions'
> & { mentions: Partial<MessageMentions> | null };

/** What an event says about a message: columns that it does not mention are absent or undefined. */
export type MessageFieldsPatch = Pick<MessageColumns, 'id' | 'channel_id' | 'guild_id'> &
  Partial<MessageColumns>;
/** The fields of a message's creation. */
export type MessageFields = MessageFieldsPatch &
  Pick<MessageColumns, 'author_id' | 'author' | 'content' | 'created_at'>;

// What an event says about a row. A column that it does not mention is absent and stays unchanged.
export type GuildFields = Pick<GuildRow, 'id'> & Partial<Pick<GuildRow, 'name' | 'icon' | 'owner_id'>>;
export type RoleFields = Pick<RoleRow, 'id' | 'guild_id'> & Partial<Omit<RoleRow, 'deleted_at' | 'seq'>>;
export type MemberFields = Pick<MemberRow, 'guild_id' | 'user_id'> &
  Partial<Omit<MemberRow, 'left_at' | 'seq' | 'profile'>> & { profile: UserState };
export type ChannelFields = Pick<ChannelRow, 'id' | 'guild_id'> &
  Partial<Omit<ChannelRow, 'imported' | 'deleted_at' | 'seq'>>;
export type VoiceFields = Pick<VoiceRow, 'guild_id' | 'user_id' | 'channel_id' | 'state'> &
  Partial<Pick<VoiceRow, 'username'>>;
