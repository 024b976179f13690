import type {
  ChannelType,
  ForumTag,
  RestChannel,
  RestForumTag,
  Snowflake,
  WireRoom,
} from '@discord-relay/contracts';
import type { Rights } from '../../access/permissions.js';
import { type ChannelRow, listChannelRowsAsOf, toWireChannel } from '../../read/channels.query.js';
import { newestMessageIdsAsOf } from '../../read/messages/newest-messages.query.js';
import { endIdOf, type Point } from '../../read/as-of/point.query.js';
import { listRoomsAsOf } from '../../read/rooms.query.js';
import { type Reading, rightsThenAndNow } from './as-of-context.js';

/** The channels of a guild at the point that the caller may see, and might see then, in the display order of that time. */
export async function channelsAsOf(reading: Reading, guildId: string, point: Point): Promise<RestChannel[]> {
  const rows = await listChannelRowsAsOf(reading.query, guildId, point.seq);
  const ids = rows.map(({ id }) => id);
  const rights = await rightsThenAndNow(reading, ids, point);
  return rows.filter(({ id }) => rights(id).see).map((row) => toRestChannel(row, rights));
}

/** The channels with the newest message that each had then. */
export async function withNewestMessages(
  { query }: Reading,
  channels: readonly RestChannel[],
  point: Point,
): Promise<RestChannel[]> {
  const readable = channels.filter(({ history }) => history).map(({ id }) => id);
  const newest = await newestMessageIdsAsOf(query, readable, point.seq, endIdOf(point));
  return channels.map((channel) => ({ ...channel, ...newest.get(channel.id as Snowflake) }));
}

/** As {@link channelsAsOf}: the rooms, with the users who were inside. */
export async function roomsAsOf(reading: Reading, guildId: string, point: Point): Promise<WireRoom[]> {
  const rooms = await listRoomsAsOf(reading.query, guildId, point.seq);
  const ids = rooms.map(({ channelId }) => channelId);
  const rights = await rightsThenAndNow(reading, ids, point);
  return rooms.filter(({ channelId }) => rights(channelId).see);
}

export const toRestChannel = (row: ChannelRow, rights: (channelId: string) => Rights): RestChannel => {
  const { read, history } = rights(row.id);
  const channel = toWireChannel(row);
  return {
    ...channel,
    topic: row.topic,
    position: row.position,
    nsfw: row.nsfw ?? false,
    ...(row.userLimit !== null && { userLimit: row.userLimit }),
    ...(row.locked === true && { locked: true }),
    ...(TAGGED_TYPES.has(channel.type) && { tags: (row.availableTags ?? []).map(toRestTag) }),
    readable: read,
    history,
  };
};

/** The types of the channels whose posts have tags. */
const TAGGED_TYPES: ReadonlySet<ChannelType> = new Set<ChannelType>(['forum', 'media']);

const toRestTag = ({ id, name, emojiId, emojiName }: ForumTag): RestForumTag => ({
  id,
  name,
  emojiId,
  emojiName,
});
