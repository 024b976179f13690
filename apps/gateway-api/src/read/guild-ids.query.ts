import type { Snowflake } from '@discord-relay/contracts';
import { isStorableId } from '../validation/is-snowflake.js';
import { isStaff, type Principal } from '../access/principal.js';
import type { Querying } from '../database/read-model.database.js';

/** The guilds that are there, and of a viewer those that they are a member of or that have a public channel. */
export async function guildIdsFor(
  query: Querying,
  principal: Principal,
  publicChannels: ReadonlySet<string>,
): Promise<Snowflake[]> {
  const userId = isStorableId(principal.id) ? principal.id : null;
  const rows = await query.rows<{ id: Snowflake }>({
    name: 'guild_ids',
    text: `SELECT g.id FROM guilds g
           WHERE g.left_at IS NULL AND ($1::bigint[] IS NULL OR g.id = ANY ($1))
             AND ($2 OR EXISTS (SELECT FROM members m
                                WHERE m.guild_id = g.id AND m.user_id = $3 AND m.left_at IS NULL)
                     OR EXISTS (SELECT FROM channels c WHERE c.guild_id = g.id AND c.id = ANY ($4::bigint[])))
           ORDER BY g.id`,
    values: [scopeOf(principal), isStaff(principal), userId, [...publicChannels]],
  });
  return rows.map(({ id }) => id);
}

const scopeOf = ({ guilds }: Principal): string[] | null => (guilds ? [...guilds] : null);
