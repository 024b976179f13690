import type { Snowflake, WireChannel } from '@discord-relay/contracts';
import type { Querying } from './read-model.database.js';

export interface ChannelRow {
  id: Snowflake;
  guildId: Snowflake;
  type: number;
  name: string;
}

const VISIBLE = `
  SELECT c.id, c.guild_id AS "guildId", c.type, c.name
  FROM channels c JOIN guilds g ON g.id = c.guild_id AND g.left_at IS NULL
  WHERE c.deleted_at IS NULL AND c.name IS NOT NULL AND c.type IS NOT NULL`;

/** Channels that exist, guild by guild in Discord's display order. `scope`: guilds to limit them to; null: all. */
export async function listChannels(query: Querying, scope: string[] | null): Promise<WireChannel[]> {
  const rows = await query.rows<ChannelRow>({
    name: 'channels',
    text: `${VISIBLE} AND ($1::bigint[] IS NULL OR c.guild_id = ANY ($1))
           ORDER BY c.guild_id, c.position, c.id`,
    values: [scope],
  });
  return rows.map(toWireChannel);
}

/** The channel, or undefined when there is none. */
export async function findChannel(query: Querying, channelId: string): Promise<ChannelRow | undefined> {
  const rows = await query.rows<ChannelRow>({
    name: 'channel',
    text: `${VISIBLE} AND c.id = $1`,
    values: [channelId],
  });
  return rows[0];
}

const toWireChannel = ({ id, name, type, guildId }: ChannelRow): WireChannel => ({
  id,
  name,
  type,
  serverId: guildId,
});
