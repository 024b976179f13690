import { channelFeed, guildFeed, guildHead, type HeadKey, type Snowflake } from '@discord-relay/contracts';
import { gapKey, type GapKeys } from './gap-rows.js';
import type { RowChange } from './row-change.js';

/** Keys of the rows that changes may read or write. */
export interface Touched {
  guilds: Set<Snowflake>;
  channels: Set<Snowflake>;
  /** Guilds all of whose channels are looked at. */
  channelsOfGuilds: Set<Snowflake>;
  messages: Set<Snowflake>;
  heads: Set<HeadKey>;
  gaps: Map<string, GapKeys>;
}

export function touchedBy(changes: Iterable<RowChange>): Touched {
  const touched: Touched = {
    guilds: new Set(),
    channels: new Set(),
    channelsOfGuilds: new Set(),
    messages: new Set(),
    heads: new Set(),
    gaps: new Map(),
  };
  for (const change of changes) touch(touched, change);
  return touched;
}

function touch(touched: Touched, change: RowChange): void {
  switch (change.op) {
    case 'upsert_guild':
      touched.guilds.add(change.guild.id);
      return;
    case 'guild_unavailable':
    case 'leave_guild':
      touched.guilds.add(change.id);
      return;
    case 'upsert_channel':
      touched.channels.add(change.channel.id);
      return touchGuildFeed(touched, change.channel.guild_id);
    case 'delete_channel':
      touched.channels.add(change.id);
      return touchGuildFeed(touched, change.guildId);
    case 'remove_channels_except':
      touched.channelsOfGuilds.add(change.guildId);
      return touchGuildFeed(touched, change.guildId);
    case 'create_message':
      return touchMessages(touched, [change.message.id], change.message);
    case 'patch_message':
      return touchMessages(touched, [change.patch.id], change.patch);
    case 'delete_messages':
      return touchMessages(touched, change.ids, { channel_id: change.channelId, guild_id: change.guildId });
    case 'describe_gap':
      touched.gaps.set(gapKey(change.gap), change.gap);
      return;
    case 'put_reaction':
    case 'clear_reactions':
      return;
    default:
      return change satisfies never;
  }
}

function touchGuildFeed(touched: Touched, guildId: Snowflake): void {
  touched.heads.add(guildFeed(guildId)).add(guildHead(guildId));
}

function touchMessages(
  touched: Touched,
  ids: Snowflake[],
  { channel_id, guild_id }: { channel_id: Snowflake; guild_id: Snowflake },
): void {
  for (const id of ids) touched.messages.add(id);
  touched.heads.add(channelFeed(channel_id)).add(guildHead(guild_id));
}
