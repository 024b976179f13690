import {
  compareSnowflakes,
  type MessagesBulk,
  type RestTombstone,
  type RoomsList,
  type Snowflake,
  type WireChannel,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import type { Rights } from '../../access/permissions.js';
import type { Querying } from '../../database/read-model.database.js';
import { listMessagesAsOf } from '../../read/as-of/messages-as-of.query.js';
import { findChannelAsOf, listChannelRowsAsOf, toWireChannel } from '../../read/channels.query.js';
import { listRoomsAsOf } from '../../read/rooms.query.js';
import { NOBODY } from '../convert/message-bodies.js';

/** A point in the log: after the event with this sequence, at this time. */
export interface PastPoint {
  seq: number;
  atMs: number;
}

export interface PastMessages {
  guildId: Snowflake;
  channelId: Snowflake;
  limit: number;
  /** Whether contents that an edit replaced are withheld. */
  hideSuperseded: boolean;
}

/** The newest messages of a channel as they were; those that were deleted since are tombstones. */
export async function messagesAt(
  query: Querying,
  { guildId, channelId, limit, hideSuperseded }: PastMessages,
  { seq, atMs }: PastPoint,
): Promise<MessagesBulk> {
  const point = { seq, earliestMs: atMs, latestMs: atMs };
  const page = await listMessagesAsOf(query, { channelId, bounds: {}, limit, hideSuperseded }, point);
  const gone = page.deleted.map((each) => tombstoneOf(each, channelId, guildId, seq));
  const messages = [...page.messages, ...gone].sort((a, b) => compareSnowflakes(a.id, b.id));
  return { channelId, serverId: guildId, messages, seq, reason: 'replay' };
}

const tombstoneOf = (
  { id, timestamp }: RestTombstone,
  channelId: Snowflake,
  serverId: Snowflake,
  seq: number,
): WireHistoryMessage => ({
  id,
  content: '',
  author: NOBODY,
  timestamp,
  editedTimestamp: null,
  pinned: null,
  revision: 0,
  channelId,
  serverId,
  seq,
  redacted: 'deleted',
});

/** Rights in a channel. */
export type RightsIn = (channelId: string) => Rights;

/** The channel as it was, or all channels of the guild that the user may see. */
export async function channelsAt(
  query: Querying,
  { guildId, channelId }: { guildId: Snowflake; channelId: Snowflake | null },
  seq: number,
  rights: RightsIn,
): Promise<WireChannel[]> {
  const rows =
    channelId === null
      ? await listChannelRowsAsOf(query, guildId, seq)
      : [await findChannelAsOf(query, { id: channelId, guildId }, seq)];
  return rows.flatMap((row) => (row && rights(row.id).see ? toWireChannel(row) : []));
}

/** The rooms of the guild that the user may see, with the users who were inside. */
export async function roomsAt(
  query: Querying,
  guildId: Snowflake,
  seq: number,
  rights: RightsIn,
): Promise<RoomsList> {
  const rooms = await listRoomsAsOf(query, guildId, seq);
  return { guildId, rooms: rooms.filter(({ channelId }) => rights(channelId).see), seq, reason: 'replay' };
}
