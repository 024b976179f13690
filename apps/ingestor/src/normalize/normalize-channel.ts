import {
  isSnowflake,
  snowflakeTimeMs,
  type ChannelState,
  type OverwriteState,
  type Snowflake,
} from '@discord-relay/contracts';
import {
  buildEvent,
  naturalId,
  normalized,
  positionId,
  skip,
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
  type Fields,
} from './read-fields.js';
import { MAX_CONTENT_CHARS } from './sanitize.js';

/** CHANNEL_CREATE */
export function channelCreated(origin: Origin, fields: Fields): NormalizeResult {
  if (fields.guild_id === undefined) return skip('not_in_a_guild');
  const channel = readChannel(fields, fields.guild_id);
  if (!channel) return skip('malformed');
  return normalized([
    buildEvent(origin, {
      type: 'channel.created',
      id: naturalId('channel.created', channel.id),
      guildId: channel.guildId,
      channelId: channel.id,
      time: new Date(snowflakeTimeMs(channel.id)).toISOString(),
      data: channel,
    }),
  ]);
}

/** CHANNEL_UPDATE */
export function channelUpdated(origin: Origin, fields: Fields): NormalizeResult {
  if (fields.guild_id === undefined) return skip('not_in_a_guild');
  const channel = readChannel(fields, fields.guild_id);
  if (!channel) return skip('malformed');
  return normalized([
    buildEvent(origin, {
      type: 'channel.updated',
      id: positionId('channel.updated', origin),
      guildId: channel.guildId,
      channelId: channel.id,
      data: channel,
    }),
  ]);
}

/** CHANNEL_DELETE */
export function channelDeleted(origin: Origin, fields: Fields): NormalizeResult {
  const { id, guild_id: guildId } = fields;
  if (guildId === undefined) return skip('not_in_a_guild');
  if (!isSnowflake(id) || !isSnowflake(guildId)) return skip('malformed');
  return normalized([
    buildEvent(origin, {
      type: 'channel.deleted',
      id: naturalId('channel.deleted', id),
      guildId,
      channelId: id,
      data: { id, guildId },
    }),
  ]);
}

/**
 * A guild channel, or undefined when it has no usable id or type. One unreadable overwrite refuses the whole channel:
 * leaving out a denial would show the channel to people who may not see it.
 */
export function readChannel(value: unknown, guildId: unknown): ChannelState | undefined {
  if (!isFields(value) || !isSnowflake(value.id) || !isSnowflake(guildId)) return undefined;
  const channelType = integerOrNull(value.type);
  const overwrites = readList(value.permission_overwrites, readOverwrite);
  if (channelType === null || overwrites.dropped > 0) return undefined;
  return {
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
}

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
