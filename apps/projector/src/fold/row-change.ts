import type { EmojiKey, Snowflake, UserState } from '@discord-relay/contracts';
import type { GapFields } from './gap-rows.js';
import type {
  ChannelRow,
  GuildRow,
  MemberRow,
  MessageFields,
  MessageFieldsPatch,
  ReactionRow,
  RoleRow,
  VoiceRow,
} from './rows.js';

/** Of these, a column that the event says nothing of is absent and stays as it is. */
export type GuildFields = Pick<GuildRow, 'id'> & Partial<Pick<GuildRow, 'name' | 'icon' | 'owner_id'>>;
export type RoleFields = Pick<RoleRow, 'id' | 'guild_id'> & Partial<Omit<RoleRow, 'deleted_at' | 'seq'>>;
export type MemberFields = Pick<MemberRow, 'guild_id' | 'user_id'> &
  Partial<Omit<MemberRow, 'left_at' | 'seq' | 'profile'>> & { profile: UserState };
export type ChannelFields = Pick<ChannelRow, 'id' | 'guild_id'> &
  Partial<Omit<ChannelRow, 'deleted_at' | 'seq'>>;
/** `username` absent: the event does not say it. */
export type VoiceFields = Pick<VoiceRow, 'guild_id' | 'user_id' | 'channel_id' | 'state'> &
  Partial<Pick<VoiceRow, 'username'>>;

/** Guilds, and the places in them where people talk. */
export type PlaceChange =
  /** `joined`: the guild is there now, whatever was known before. */
  | { op: 'upsert_guild'; guild: GuildFields; joined: boolean }
  | { op: 'guild_unavailable'; id: Snowflake }
  | { op: 'leave_guild'; id: Snowflake; at: string }
  /** `synced`: Discord listed the channel, so it exists even if it was taken for deleted. */
  | { op: 'upsert_channel'; channel: ChannelFields; synced: boolean; isThread: boolean }
  /** What is no part of the channel as Discord describes it: nobody is told. */
  | { op: 'patch_channel'; channel: ChannelFields }
  | { op: 'delete_channel'; id: Snowflake; guildId: Snowflake; at: string }
  | { op: 'remove_channels_except'; guildId: Snowflake; keep: Snowflake[]; at: string }
  /** Threads of these channels (null: of all) that Discord does not list as active. */
  | { op: 'archive_threads_except'; guildId: Snowflake; channelIds: Snowflake[] | null; keep: Snowflake[] }
  | {
      op: 'put_thread_members';
      threadId: Snowflake;
      guildId: Snowflake;
      added: Snowflake[];
      removed: Snowflake[];
    };

/** Members whose ids are above `afterId` and not above `upToId`, those of `keep` left out. */
export interface MemberRange {
  guildId: Snowflake;
  afterId: Snowflake;
  upToId: Snowflake;
  keep: Snowflake[];
}

/** Roles, members, and who is in a room. */
export type PeopleChange =
  | { op: 'upsert_role'; role: RoleFields; synced: boolean }
  | { op: 'delete_role'; id: Snowflake; guildId: Snowflake; at: string }
  | { op: 'remove_roles_except'; guildId: Snowflake; keep: Snowflake[]; at: string }
  /** `how`: a join, another change of a member, or Discord listed them. */
  | { op: 'upsert_member'; member: MemberFields; how: 'joined' | 'updated' | 'synced'; at: string }
  | {
      op: 'leave_member';
      member: Pick<MemberFields, 'guild_id' | 'user_id' | 'username' | 'profile'>;
      at: string;
    }
  | ({ op: 'leave_members_except'; at: string } & MemberRange)
  /** `avatar` is told and not kept. */
  | { op: 'enter_room'; voice: VoiceFields; avatar: string | null; at: string }
  | { op: 'leave_room'; guildId: Snowflake; userId: Snowflake }
  | { op: 'leave_rooms_except'; guildId: Snowflake; keep: Snowflake[] };

/** Messages and what hangs on them. */
export type TalkChange =
  | { op: 'create_message'; message: MessageFields }
  | { op: 'patch_message'; patch: MessageFieldsPatch }
  | { op: 'delete_messages'; ids: Snowflake[]; channelId: Snowflake; guildId: Snowflake; at: string }
  | { op: 'put_vote'; messageId: Snowflake; answerId: number; userId: Snowflake; present: boolean }
  /** `live`: as it was seen to happen; null for what history knows. */
  | { op: 'put_reaction'; row: ReactionRow; present: boolean; live: SeenReaction | null }
  /** `emoji` null: every one. */
  | { op: 'clear_reactions'; messageId: Snowflake; emoji: EmojiKey | null; live: PlaceAndTime | null };

export interface PlaceAndTime {
  guildId: Snowflake;
  channelId: Snowflake;
  at: string;
}

export interface SeenReaction extends PlaceAndTime {
  emoji: EmojiKey;
}

/** What an event asks of the rows. Whether a row really changes depends on what it is: see `apply`. */
export type RowChange =
  | PlaceChange
  | PeopleChange
  | TalkChange
  | { op: 'describe_gap'; gap: GapFields }
  | { op: 'mark_position'; guildId: Snowflake; hour: string };
