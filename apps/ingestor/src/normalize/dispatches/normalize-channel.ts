import {
  type ChannelState,
  type ForumTag,
  MAX_CONTENT_CHARS,
  type OverwriteState,
  ROOM_CHANNEL_TYPES,
  type RoomState,
  type Snowflake,
  snowflakeTimeMs,
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
} from '../events/normalize-result.js';
import {
  boolean,
  id as anId,
  integer,
  isFields,
  isId,
  list,
  permissionSet,
  snowflakeOrNull,
  text,
  textOrNull,
  timestamp,
  valueOf,
  type Fields,
  type Read,
  type ReadTally,
} from '../fields/read-fields.js';
import {
  nullableKey,
  readKey,
  readOne,
  readState,
  optionalKey,
  keyWithDefault,
  type Shape,
} from '../fields/read-state.js';

/** CHANNEL_CREATE */
export function channelCreated(origin: Origin, fields: Fields): NormalizeResult {
  if (fields.guild_id === undefined) return skip('not_in_a_guild');
  const tally = { dropped: 0 };
  const place = isId(fields.guild_id) && readChannel(fields, fields.guild_id, tally);
  if (!place) return skip('malformed');
  const fact = describedFact('created', place);
  const time = new Date(snowflakeTimeMs(place.id)).toISOString();
  return normalized(
    [buildEvent(origin, { ...fact, id: naturalId(fact.type, place.id), time })],
    tally.dropped,
  );
}

/** CHANNEL_UPDATE */
export const channelUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId, tally) => {
    const place = readChannel(fields, guildId, tally);
    return place && describedFact('updated', place);
  });

/** CHANNEL_DELETE */
export function channelDeleted(origin: Origin, fields: Fields): NormalizeResult {
  const { id, guild_id: guildId } = fields;
  if (guildId === undefined) return skip('not_in_a_guild');
  if (!isId(id) || !isId(guildId)) return skip('malformed');
  const type = isRoom(fields.type) ? 'room.deleted' : 'channel.deleted';
  return normalized([
    buildEvent(origin, { type, id: naturalId(type, id), guildId, channelId: id, data: { id, guildId } }),
  ]);
}

/** CHANNEL_PINS_UPDATE: without a time, no message is pinned. */
export const pinsUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId, tally) => {
    const { channel_id: channelId } = fields;
    const lastPinAt = readOne(keyWithDefault('last_pin_timestamp', timestamp, null), fields, tally);
    if (!isId(channelId) || lastPinAt === undefined) return undefined;
    return { type: 'channel.pins_updated', guildId, channelId, data: { channelId, guildId, lastPinAt } };
  });

/** VOICE_CHANNEL_STATUS_UPDATE */
export const roomStatusUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId, tally) => {
    const { id } = fields;
    const status = readOne(nullableKey('status', text()), fields, tally);
    if (!isId(id) || status === undefined) return undefined;
    return { type: 'room.status_updated', guildId, channelId: id, data: { id, guildId, status } };
  });

/** A channel as Discord listed it with its guild. */
export const channelSynced = (place: ChannelState | RoomState): Fact => describedFact('synced', place);

function describedFact<V extends 'created' | 'updated' | 'synced'>(verb: V, place: ChannelState | RoomState) {
  const at = { guildId: place.guildId, channelId: place.id };
  return 'userLimit' in place || 'bitrate' in place || isRoom(place.channelType)
    ? { type: `room.${verb}` as const, ...at, data: place }
    : { type: `channel.${verb}` as const, ...at, data: place };
}

const OVERWRITE_TYPES: Readonly<Record<number, OverwriteState['type']>> = { 0: 'role', 1: 'member' };
const EVERYTHING = String(2n ** 64n - 1n);

/**
 * Permissions that cannot be read count as denied, so that a channel is never more open here than at Discord. null: an overwrite
 * has no readable id.
 */
const overwrites: Read<OverwriteState[] | null> = (value, tally) => {
  if (!Array.isArray(value)) return undefined;
  const all = value.flatMap((each) => {
    const read = readOverwrite(each, tally);
    if (!read) tally.dropped += 1;
    return read ?? [null];
  });
  return all.includes(null) ? null : (all as OverwriteState[]);
};

/** undefined: the id of the target is not readable. */
function readOverwrite(value: unknown, tally: ReadTally): OverwriteState[] | undefined {
  if (!isFields(value) || !isId(value.id)) return undefined;
  const sides = { allow: sideOf(value, 'allow', '0', tally), deny: sideOf(value, 'deny', EVERYTHING, tally) };
  const type = typeof value.type === 'number' ? OVERWRITE_TYPES[value.type] : undefined;
  if (type) return [{ id: value.id, type, ...sides }];
  tally.dropped += 1;
  const denied = { id: value.id, allow: '0', deny: EVERYTHING };
  return [
    { ...denied, type: 'role' },
    { ...denied, type: 'member' },
  ];
}

function sideOf(fields: Fields, side: 'allow' | 'deny', unreadable: string, tally: ReadTally): string {
  const reading = readKey(fields, side, permissionSet, tally);
  switch (reading.is) {
    case 'value':
      return reading.value;
    case 'absent':
      return '0';
    case 'null':
    case 'unreadable':
      tally.dropped += 1;
      return unreadable;
    default:
      return reading satisfies never;
  }
}

const MAX_TAGS = 100;

const forumTag: Read<ForumTag> = (value, tally) => {
  if (!isFields(value) || !isId(value.id)) return undefined;
  const name = valueOf(text(), value.name, tally);
  if (name === undefined) return undefined;
  return {
    id: value.id,
    name,
    moderated: value.moderated === true,
    emojiId: snowflakeOrNull(value.emoji_id),
    emojiName: textOrNull(value.emoji_name, tally),
  };
};

const CHANNEL: Shape<Omit<ChannelState, 'id' | 'guildId'>> = {
  channelType: optionalKey('type', integer),
  name: optionalKey('name', text()),
  topic: nullableKey('topic', text(MAX_CONTENT_CHARS)),
  position: optionalKey('position', integer),
  parentId: nullableKey('parent_id', anId),
  nsfw: optionalKey('nsfw', boolean),
  overwrites: optionalKey('permission_overwrites', overwrites),
  availableTags: optionalKey('available_tags', list(forumTag, MAX_TAGS)),
};

/** Keys that only rooms have: if the type is unreadable, they show that it is a room. */
const ROOM: Shape<Pick<RoomState, 'userLimit' | 'bitrate'>> = {
  userLimit: nullableKey('user_limit', integer),
  bitrate: nullableKey('bitrate', integer),
};

/** A guild channel, or undefined if it has no usable id. */
export function readChannel(
  value: unknown,
  guildId: Snowflake,
  tally: ReadTally,
): ChannelState | RoomState | undefined {
  if (!isFields(value) || !isId(value.id)) return undefined;
  const channel = { ...readState(CHANNEL, value, tally), id: value.id, guildId };
  const { channelType } = channel;
  if (channelType !== undefined && !isRoom(channelType)) return channel;
  return { ...channel, ...readState(ROOM, value, tally) };
}

const isRoom = (channelType: unknown): boolean =>
  typeof channelType === 'number' && ROOM_CHANNEL_TYPES.has(channelType);
