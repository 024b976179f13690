import type { Snowflake, WireGuild } from '@discord-relay/contracts';
import { GUILDS, type NonNull, rowsAsOf, select, type SelectedRow } from '@discord-relay/read-model';
import { guildScope, seesAllChannels, type Principal } from '../access/principal.js';
import { isStorableId } from '../database/storable-id.js';
import type { Querying } from '../database/read-model.database.js';

const GUILD = select(GUILDS, ['id', 'name', 'icon']);
type GuildRow = NonNull<SelectedRow<typeof GUILD>, 'name'>;
const GUILD_ID = select(GUILDS, ['id'], { of: 'g' });

/** Guilds that the bot is in, by name. `scope`: ids to limit them to; null: all. */
export async function listGuilds(query: Querying, scope: string[] | null): Promise<WireGuild[]> {
  return await query.rows<GuildRow>({
    name: 'guilds',
    text: `SELECT ${GUILD.list} FROM guilds
           WHERE left_at IS NULL AND name IS NOT NULL AND ($1::bigint[] IS NULL OR id = ANY ($1))
           ORDER BY name COLLATE "und-x-icu", id`,
    values: [scope],
  });
}

/** Guilds that a user may see, because they are a member or a channel is public. By name. */
export async function listGuildsAround(
  query: Querying,
  userId: string,
  publicChannels: ReadonlySet<string>,
): Promise<WireGuild[]> {
  return await query.rows<GuildRow>({
    name: 'guilds_around',
    text: `SELECT ${GUILD.list} FROM guilds
           WHERE left_at IS NULL AND name IS NOT NULL
             AND id IN (SELECT guild_id FROM members WHERE user_id = $1 AND left_at IS NULL
                        UNION ALL SELECT guild_id FROM channels WHERE id = ANY ($2::bigint[]))
           ORDER BY name COLLATE "und-x-icu", id`,
    values: [isStorableId(userId) ? userId : null, [...publicChannels]],
  });
}

/** Those of the guilds that the bot was in after the event `seq`, by the names that they had. */
export async function listGuildsAsOf(
  query: Querying,
  ids: readonly string[],
  seq: number,
): Promise<WireGuild[]> {
  return await query.rows<GuildRow>({
    name: 'guilds_as_of',
    text: `SELECT ${GUILD.list} FROM (${rowsAsOf('guilds', '$2', 'now.id = ANY ($1::bigint[])')}) earlier
           WHERE left_at IS NULL AND name IS NOT NULL ORDER BY name COLLATE "und-x-icu", id`,
    values: [ids, seq],
  });
}

/** The guild, or undefined if the bot is not in it. */
export async function findGuild(query: Querying, guildId: string): Promise<WireGuild | undefined> {
  const [guild] = await listGuilds(query, [guildId]);
  return guild;
}

/** All present guilds; for a viewer, those that they are a member of or that have a public channel. */
export async function guildIdsFor(
  query: Querying,
  principal: Principal,
  publicChannels: ReadonlySet<string>,
): Promise<Snowflake[]> {
  const userId = isStorableId(principal.id) ? principal.id : null;
  const rows = await query.rows<SelectedRow<typeof GUILD_ID>>({
    name: 'guild_ids',
    text: `SELECT ${GUILD_ID.list} FROM guilds g
           WHERE g.left_at IS NULL AND ($1::bigint[] IS NULL OR g.id = ANY ($1))
             AND ($2 OR EXISTS (SELECT FROM members m
                                WHERE m.guild_id = g.id AND m.user_id = $3 AND m.left_at IS NULL)
                     OR EXISTS (SELECT FROM channels c WHERE c.guild_id = g.id AND c.id = ANY ($4::bigint[])))
           ORDER BY g.id`,
    values: [guildScope(principal), seesAllChannels(principal), userId, [...publicChannels]],
  });
  return rows.map(({ id }) => id);
}
