import { channelTypeOf, type Snowflake, type WireChannel } from '@discord-relay/contracts';
import { CHANNELS, type NonNull, rowsAsOf, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../database/read-model.database.js';

const CHANNEL = select(
  CHANNELS,
  [
    'id',
    'guild_id',
    'type',
    'name',
    'parent_id',
    'archived',
    'locked',
    'topic',
    'position',
    'nsfw',
    'user_limit',
    'available_tags',
  ],
  { of: 'c' },
);
export type ChannelRow = NonNull<SelectedRow<typeof CHANNEL>, 'type' | 'name'>;

const GUILD_OF_CHANNEL = select(CHANNELS, ['id', 'guild_id']);

const visible = (channels: string, guilds: string): string => `
  SELECT ${CHANNEL.list}
  FROM ${channels} c JOIN ${guilds} g ON g.id = c.guild_id AND g.left_at IS NULL
  LEFT JOIN ${channels} p ON p.id = c.parent_id AND c.archived IS NOT NULL
  LEFT JOIN ${channels} k ON k.type = 4 AND k.deleted_at IS NULL
    AND k.id = CASE WHEN c.type = 4 THEN c.id WHEN p.id IS NULL THEN c.parent_id ELSE p.parent_id END
  WHERE c.deleted_at IS NULL AND c.name IS NOT NULL AND c.type IS NOT NULL`;

const VISIBLE = visible('channels', 'guilds');

/** The channels and threads of the guild `$1` as of `$2`. */
const VISIBLE_AS_OF = `
  WITH channels_then AS MATERIALIZED (${rowsAsOf('channels', '$2', 'now.guild_id = $1')}),
    guilds_then AS MATERIALIZED (${rowsAsOf('guilds', '$2', 'now.id = $1')})
  ${visible('channels_then', 'guilds_then')}`;

/**
 * Discord's display order: first channels without a category, then each category with its channels; voice and stage channels
 * after text channels; a thread after its channel `p`. `position` alone is not enough, because Discord counts it per kind of
 * channel. `k` is the category, or null.
 */
const DISPLAY_ORDER = `
  c.guild_id, k.id IS NOT NULL, k.position, k.id, c.type <> 4, coalesce(p.type, c.type) IN (2, 13),
  coalesce(p.position, c.position), coalesce(p.id, c.id), p.id IS NOT NULL, c.id`;

/** As {@link listChannels}, with everything that is known about each channel. */
export async function listChannelRows(query: Querying, scope: string[] | null): Promise<ChannelRow[]> {
  return await query.rows<ChannelRow>({
    name: 'channels',
    text: `${VISIBLE} AND c.archived IS NOT TRUE AND ($1::bigint[] IS NULL OR c.guild_id = ANY ($1))
           ORDER BY ${DISPLAY_ORDER}`,
    values: [scope],
  });
}

/** As {@link listChannelRows}, of one guild after the event `seq`. */
export async function listChannelRowsAsOf(
  query: Querying,
  guildId: string,
  seq: number,
): Promise<ChannelRow[]> {
  return await query.rows<ChannelRow>({
    name: 'channels_as_of',
    text: `${VISIBLE_AS_OF} AND c.archived IS NOT TRUE ORDER BY ${DISPLAY_ORDER}`,
    values: [guildId, seq],
  });
}

/** As {@link findChannel}, after the event `seq`. */
export async function findChannelAsOf(
  query: Querying,
  { id, guildId }: Pick<ChannelRow, 'id' | 'guildId'>,
  seq: number,
): Promise<ChannelRow | undefined> {
  const rows = await query.rows<ChannelRow>({
    name: 'channel_as_of',
    text: `SELECT ${CHANNEL.list} FROM (${rowsAsOf('channels', '$2', 'now.id = $1')}) c
           JOIN (${rowsAsOf('guilds', '$2', 'now.id = $3')}) g ON g.left_at IS NULL
           WHERE c.deleted_at IS NULL AND c.name IS NOT NULL AND c.type IS NOT NULL`,
    values: [id, seq, guildId],
  });
  return rows[0];
}

/**
 * Existing channels and active threads, guild by guild in Discord's display order, not limited by rights. `scope`: guilds to
 * limit them to; null: all.
 */
export async function listChannels(query: Querying, scope: string[] | null): Promise<WireChannel[]> {
  return (await listChannelRows(query, scope)).map(toWireChannel);
}

/** The channel or thread, archived or not; undefined if there is none. */
export async function findChannel(query: Querying, channelId: string): Promise<ChannelRow | undefined> {
  const rows = await query.rows<ChannelRow>({
    name: 'channel',
    text: `${VISIBLE} AND c.id = $1`,
    values: [channelId],
  });
  return rows[0];
}

/** The guild of each channel that exists. */
export async function guildsOfChannels(
  query: Querying,
  channelIds: readonly string[],
): Promise<Map<Snowflake, Snowflake>> {
  const rows = await query.rows<SelectedRow<typeof GUILD_OF_CHANNEL>>({
    name: 'guilds_of_channels',
    text: `SELECT ${GUILD_OF_CHANNEL.list} FROM channels WHERE id = ANY ($1::bigint[]) AND deleted_at IS NULL`,
    values: [channelIds],
  });
  return new Map(rows.map(({ id, guildId }) => [id, guildId]));
}

export const toWireChannel = ({ id, name, type, guildId, parentId, archived }: ChannelRow): WireChannel => ({
  id,
  name,
  type: channelTypeOf(type),
  discordType: type,
  serverId: guildId,
  ...(parentId !== null && { parentId }),
  ...(archived !== null && { archived }),
});
