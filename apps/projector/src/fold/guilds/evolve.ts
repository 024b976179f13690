import type { AccessChange, Snowflake } from '@discord-relay/contracts';
import { changed } from '../shared/same-json.js';
import type { GuildFields, GuildRow } from '../shared/rows.js';

/** Applies a description; `joined`: the guild is present now, even if it was left or unavailable before. */
export function upsertGuild(
  row: GuildRow | undefined,
  guild: GuildFields,
  joined: boolean,
  seq: number,
): GuildRow | null {
  const presence = joined ? { available: true, left_at: null } : {};
  return changed(row, { ...(row ?? unknownGuild(guild.id)), ...guild, ...presence, seq });
}

/** An outage at Discord: the guild and its rows stay. */
export function guildUnavailable(row: GuildRow | undefined, id: Snowflake, seq: number): GuildRow | null {
  return changed(row, { ...(row ?? unknownGuild(id)), available: false, seq });
}

/** The bot is no longer in the guild. The first report counts. */
export function leaveGuild(
  row: GuildRow | undefined,
  id: Snowflake,
  at: string,
  seq: number,
): GuildRow | null {
  if (row && row.left_at !== null) return null;
  return { ...(row ?? unknownGuild(id)), left_at: at, seq };
}

const unknownGuild = (id: Snowflake): Omit<GuildRow, 'seq'> => ({
  id,
  name: null,
  icon: null,
  owner_id: null,
  available: true,
  left_at: null,
});

/** The part of a guild that decides access. */
export const guildAccess = ({ owner_id, left_at }: GuildRow): AccessChange => ({
  of: 'guild',
  ownerId: owner_id,
  left: left_at !== null,
});

export const guildDecides = (before: GuildRow | undefined, { owner_id, left_at }: GuildRow): boolean =>
  !before || before.owner_id !== owner_id || (before.left_at === null) !== (left_at === null);
