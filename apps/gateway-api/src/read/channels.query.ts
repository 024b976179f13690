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
  LEFT JOIN channels k ON k.type = 4 AND k.deleted_at IS NULL
    AND k.id = CASE WHEN c.type = 4 THEN c.id ELSE c.parent_id END
  WHERE c.deleted_at IS NULL AND c.name IS NOT NULL AND c.type IS NOT NULL`;

/**
 * Discord's display order: first what stands in no category, then each category and what is in it; voice and stage
 * after text. `position` alone is not it: Discord counts it per kind of channel. `k` is the category, or null.
 */
const DISPLAY_ORDER = `
  c.guild_id, k.id IS NOT NULL, k.position, k.id, c.type <> 4, c.type IN (2, 13), c.position, c.id`;

/** Channels that exist, guild by guild in Discord's display order. `scope`: guilds to limit them to; null: all. */
export async function listChannels(query: Querying, scope: string[] | null): Promise<WireChannel[]> {
  const rows = await query.rows<ChannelRow>({
    name: 'channels',
    text: `${VISIBLE} AND ($1::bigint[] IS NULL OR c.guild_id = ANY ($1))
           ORDER BY ${DISPLAY_ORDER}`,
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
