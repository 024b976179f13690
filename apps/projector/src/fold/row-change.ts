import type { Snowflake } from '@discord-relay/contracts';
import type { GapFields } from './gap-rows.js';
import type { ChannelRow, GuildRow, MessageFields, MessageFieldsPatch, ReactionRow } from './rows.js';

export type GuildFields = Pick<GuildRow, 'id' | 'name' | 'icon' | 'owner_id'>;
export type ChannelFields = Omit<ChannelRow, 'deleted_at' | 'seq'>;

/** What an event asks of the rows. Whether a row really changes depends on what it is: see `apply`. */
export type RowChange =
  /** `joined`: the guild is there now, whatever was known before. */
  | { op: 'upsert_guild'; guild: GuildFields; joined: boolean }
  | { op: 'guild_unavailable'; id: Snowflake }
  | { op: 'leave_guild'; id: Snowflake; at: string }
  /** `synced`: Discord listed the channel, so it exists even if it was taken for deleted. */
  | { op: 'upsert_channel'; channel: ChannelFields; synced: boolean }
  | { op: 'delete_channel'; id: Snowflake; guildId: Snowflake; at: string }
  | { op: 'remove_channels_except'; guildId: Snowflake; keep: Snowflake[]; at: string }
  | { op: 'create_message'; message: MessageFields }
  | { op: 'patch_message'; patch: MessageFieldsPatch }
  | { op: 'delete_messages'; ids: Snowflake[]; channelId: Snowflake; guildId: Snowflake; at: string }
  | { op: 'put_reaction'; row: ReactionRow; present: boolean }
  /** `emoji` null: every one. */
  | { op: 'clear_reactions'; messageId: Snowflake; emoji: string | null }
  | { op: 'describe_gap'; gap: GapFields };
