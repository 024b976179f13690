import type { WireRoom } from '@discord-relay/contracts';
import { CHANNELS, type NonNull, rowsAsOf, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../database/read-model.database.js';

const ROOM = select(CHANNELS, ['guild_id', 'id', 'name', 'parent_id', 'user_limit'], {
  of: 'c',
  as: { id: 'channelId' },
});
type RoomRow = NonNull<SelectedRow<typeof ROOM>, 'name'> & Pick<WireRoom, 'members'>;

/** ISO 8601 in UTC with milliseconds; Postgres's own JSON format depends on the session's time zone. */
const SINCE = `to_char(v.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** LIMIT 1 makes Postgres look up each member by key, because few members are in a room. */
const rooms = ({ channels, guilds, voiceStates, members }: Record<Source, string>): string => `
  SELECT ${ROOM.list}, inside.members
  FROM ${channels} c
  JOIN ${guilds} g ON g.id = c.guild_id AND g.left_at IS NULL
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object(
             'userId', v.user_id::text, 'username', coalesce(v.username, m.username),
             'avatar', m.profile ->> 'avatar', 'since', ${SINCE})
             ORDER BY v.since, v.user_id), '[]') AS members
    FROM ${voiceStates} v
    LEFT JOIN LATERAL (SELECT username, profile FROM ${members} m
                       WHERE guild_id = v.guild_id AND user_id = v.user_id LIMIT 1) m ON true
    WHERE v.channel_id = c.id) inside
  WHERE c.guild_id = $1 AND c.type IN (2, 13) AND c.deleted_at IS NULL AND c.name IS NOT NULL
  ORDER BY c.position, c.id`;

type Source = 'channels' | 'guilds' | 'voiceStates' | 'members';

const ROOMS = rooms({
  channels: 'channels',
  guilds: 'guilds',
  voiceStates: 'voice_states',
  members: 'members',
});

const ROOMS_AS_OF = `
  WITH voice_then AS MATERIALIZED (${rowsAsOf('voice_states', '$2', 'now.guild_id = $1')})
  ${rooms({
    channels: `(${rowsAsOf('channels', '$2', 'now.guild_id = $1')})`,
    guilds: `(${rowsAsOf('guilds', '$2', 'now.id = $1')})`,
    voiceStates: 'voice_then',
    members: `(${rowsAsOf('members', '$2', 'now.guild_id = v.guild_id AND now.user_id = v.user_id')})`,
  })}`;

/** Every voice and stage channel of a guild with its users, longest first; not limited by rights. */
export async function listRooms(query: Querying, guildId: string): Promise<WireRoom[]> {
  const rows = await query.rows<RoomRow>({ name: 'rooms', text: ROOMS, values: [guildId] });
  return rows.map(toWireRoom);
}

/** As {@link listRooms}, after the event `seq`. */
export async function listRoomsAsOf(query: Querying, guildId: string, seq: number): Promise<WireRoom[]> {
  const values = [guildId, seq];
  const rows = await query.rows<RoomRow>({ name: 'rooms_as_of', text: ROOMS_AS_OF, values });
  return rows.map(toWireRoom);
}

const toWireRoom = ({ parentId, userLimit, ...room }: RoomRow): WireRoom => ({
  ...room,
  ...(parentId !== null && { parentId }),
  userLimit: userLimit ?? 0,
});
