import type { Snowflake, WireGuild } from '@discord-relay/contracts';
import { isStorableId } from '../validation/is-snowflake.js';
import type { Querying } from '../database/read-model.database.js';

interface GuildRow {
  id: Snowflake;
  name: string;
  icon: string | null;
}

/** Servers the bot is in, by name. `scope`: ids to limit them to; null: all. */
export async function listGuilds(query: Querying, scope: string[] | null): Promise<WireGuild[]> {
  return await query.rows<GuildRow>({
    name: 'guilds',
    text: `SELECT id, name, icon FROM guilds
           WHERE left_at IS NULL AND name IS NOT NULL AND ($1::bigint[] IS NULL OR id = ANY ($1))
           ORDER BY name COLLATE "und-x-icu", id`,
    values: [scope],
  });
}

/** Servers that a user may know of: they are a member, or a channel of it is public. By name. */
export async function listGuildsAround(
  query: Querying,
  userId: string,
  publicChannels: ReadonlySet<string>,
): Promise<WireGuild[]> {
  return await query.rows<GuildRow>({
    name: 'guilds_around',
    text: `SELECT id, name, icon FROM guilds
           WHERE left_at IS NULL AND name IS NOT NULL
             AND id IN (SELECT guild_id FROM members WHERE user_id = $1 AND left_at IS NULL
                        UNION ALL SELECT guild_id FROM channels WHERE id = ANY ($2::bigint[]))
           ORDER BY name COLLATE "und-x-icu", id`,
    values: [isStorableId(userId) ? userId : null, [...publicChannels]],
  });
}

/** The server, or undefined when the bot is not in it. */
export async function findGuild(query: Querying, guildId: string): Promise<WireGuild | undefined> {
  const [guild] = await listGuilds(query, [guildId]);
  return guild;
}
