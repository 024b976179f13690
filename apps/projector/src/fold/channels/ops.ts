import type { Snowflake } from '@discord-relay/contracts';
import type { ChannelFields } from '../shared/rows.js';

export type ChannelOp = { model: 'channels' } &
  /** `synced`: Discord listed the channel, so it exists even if it counted as deleted. */
  (
    | { op: 'upsert'; channel: ChannelFields; synced: boolean; isThread: boolean }
    /** What an export says about a channel. */
    | { op: 'import'; channel: ChannelFields }
    /** Messages of the guild were imported, which announces nothing else. */
    | { op: 'announce_import'; guildId: Snowflake }
    /** Fields that Discord's channel object does not have; not announced. */
    | { op: 'patch'; channel: ChannelFields }
    | { op: 'delete'; id: Snowflake; guildId: Snowflake; at: string }
    | { op: 'remove_except'; guildId: Snowflake; keep: Snowflake[]; at: string }
    /** Threads of these channels (null: of all) that Discord does not list as active. */
    | { op: 'archive_threads_except'; guildId: Snowflake; channelIds: Snowflake[] | null; keep: Snowflake[] }
    | {
        op: 'put_thread_members';
        threadId: Snowflake;
        guildId: Snowflake;
        added: Snowflake[];
        removed: Snowflake[];
      }
  );
