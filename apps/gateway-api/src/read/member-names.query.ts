import type { Snowflake } from '@discord-relay/contracts';
import type { Querying } from '../database/read-model.database.js';

const NAMES = `
  SELECT user_id AS id, coalesce(nick, profile ->> 'globalName', username) AS name
  FROM members WHERE guild_id = $1 AND user_id = ANY ($2::bigint[])`;

/** The names of users in a guild, also of those who have left; null: not known. */
export async function namesOfMembers(
  query: Querying,
  guildId: Snowflake,
  userIds: Iterable<Snowflake | null>,
): Promise<(userId: Snowflake) => string | null> {
  const ids = new Set(userIds);
  ids.delete(null);
  const values = [guildId, [...ids]];
  const rows = await query.rows<{ id: Snowflake; name: string | null }>({
    name: 'member_names',
    text: NAMES,
    values,
  });
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return (userId) => names.get(userId) ?? null;
}
