import {
  isSnowflake,
  ROOM_CHANNEL_TYPES,
  snowflakeTimeMs,
  type ChannelState,
  type OverwriteState,
  type RoomState,
  type Snowflake,
} from '@discord-relay/contracts';
import {
  buildEvent,
  inGuild,
  naturalId,
  normalized,
  skip,
  type Fact,
  type NormalizeResult,
  type Origin,
} from './normalize-result.js';
import {
  integerOrNull,
  integerOrZero,
  isFields,
  readList,
  snowflakeOrNull,
  textOrEmpty,
  textOrNull,
  timestampOrNull,
  type Fields,
} from './read-fields.js';
import { MAX_CONTENT_CHARS } from './sanitize.js';

/** CHANNEL_CREATE */
export function channelCreated(origin: Origin, fields: Fields): NormalizeResult {
  if (fields.guild_id === undefined) return skip('not_in_a_guild');
  const place = readChannel(fields, fields.guild_id);
  if (!place) return skip('malformed');
  const fact = describedFact('created', place);
  const time = new Date(snowflakeTimeMs(place.id)).toISOString();
  return normalized([buildEvent(origin, { ...fact, id: naturalId(fact.type, place.id), time })]);
}

/** CHANNEL_UPDATE */
export const channelUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => {
    const place = readChannel(fields, guildId);
    return place && describedFact('updated', place);
  });

/** CHANNEL_DELETE */
export function channelDeleted(origin: Origin, fields: Fields): NormalizeResult {
  const { id, guild_id: guildId } = fields;
  if (guildId === undefined) return skip('not_in_a_guild');
  if (!isSnowflake(id) || !isSnowflake(guildId)) return skip('malformed');
  const type = isRoom(fields.type) ? 'room.deleted' : 'channel.deleted';
  return normalized([
    buildEvent(origin, { type, id: naturalId(type, id), guildId, channelId: id, data: { id, guildId } }),
  ]);
}

/** CHANNEL_PINS_UPDATE */
export const pinsUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => {
    const { channel_id: channelId } = fields;
    if (!isSnowflake(channelId)) return undefined;
    const lastPinAt = timestampOrNull(fields.last_pin_timestamp);
    return { type: 'channel.pins_updated', guildId, channelId, data: { channelId, guildId, lastPinAt } };
  });

/** VOICE_CHANNEL_STATUS_UPDATE */
export const roomStatusUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => {
    const { id } = fields;
    if (!isSnowflake(id)) return undefined;
    const status = textOrNull(fields.status);
    return { type: 'room.status_updated', guildId, channelId: id, data: { id, guildId, status } };
  });

/** A channel as Discord listed it with its guild. */
export const channelSynced = (place: ChannelState | RoomState): Fact => describedFact('synced', place);

function describedFact<V extends 'created' | 'updated' | 'synced'>(verb: V, place: ChannelState | RoomState) {
  const at = { guildId: place.guildId, channelId: place.id };
  return 'userLimit' in place
    ? { type: `room.${verb}` as const, ...at, data: place }
    : { type: `channel.${verb}` as const, ...at, data: place };
}

/**
 * A guild channel, or undefined when it has no usable id or type. One unreadable overwrite refuses the whole channel:
 * leaving out a denial would show the channel to people who may not see it.
 */
export function readChannel(value: unknown, guildId: unknown): ChannelState | RoomState | undefined {
  if (!isFields(value) || !isSnowflake(value.id) || !isSnowflake(guildId)) return undefined;
  const channelType = integerOrNull(value.type);
  const overwrites = readList(value.permission_overwrites, readOverwrite);
  if (channelType === null || overwrites.dropped > 0) return undefined;
  const channel: ChannelState = {
    id: value.id,
    guildId,
    channelType,
    name: textOrEmpty(value.name),
    topic: textOrNull(value.topic, MAX_CONTENT_CHARS),
    position: integerOrZero(value.position),
    parentId: snowflakeOrNull(value.parent_id),
    nsfw: value.nsfw === true,
    overwrites: overwrites.items,
  };
  return isRoom(channelType) ? { ...channel, ...readRoom(value) } : channel;
}

const isRoom = (channelType: unknown): boolean =>
  typeof channelType === 'number' && ROOM_CHANNEL_TYPES.has(channelType);

const readRoom = (value: Fields): Pick<RoomState, 'userLimit' | 'bitrate'> => ({
  userLimit: integerOrNull(value.user_limit),
  bitrate: integerOrNull(value.bitrate),
});

const OVERWRITE_TYPES: Readonly<Record<number, OverwriteState['type']>> = { 0: 'role', 1: 'member' };

function readOverwrite(value: unknown): OverwriteState | undefined {
  if (!isFields(value) || typeof value.type !== 'number') return undefined;
  const type = OVERWRITE_TYPES[value.type];
  const { id, allow, deny } = value;
  if (!type || !isSnowflake(id) || !isPermissionSet(allow) || !isPermissionSet(deny)) return undefined;
  return { id, type, allow, deny };
}

/** A 64-bit set in decimal has the same shape as a snowflake. */
const isPermissionSet = (value: unknown): value is Snowflake => isSnowflake(value);
