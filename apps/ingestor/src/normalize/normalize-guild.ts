import { isSnowflake, type ChannelState, type GuildState } from '@discord-relay/contracts';
import { readChannel } from './normalize-channel.js';
import {
  buildEvent,
  normalized,
  positionId,
  skip,
  type NormalizeResult,
  type Origin,
} from './normalize-result.js';
import { readList, snowflakeOrNull, textOrEmpty, textOrNull, type Fields } from './read-fields.js';

/** GUILD_CREATE: the guild as it is when the session begins, or a guild in an outage. */
export function guildAppeared(origin: Origin, fields: Fields): NormalizeResult {
  if (fields.unavailable === true) return guildUnavailable(origin, fields);
  const guild = readGuild(fields);
  if (!guild) return skip('malformed');
  const { items: channels, dropped } = readList(fields.channels, (each) => readChannel(each, guild.id));
  const channelIds = channels.map((channel) => channel.id);
  const synced = buildEvent(origin, {
    type: 'guild.synced',
    id: positionId('guild.synced', origin),
    guildId: guild.id,
    data: { ...guild, channelIds },
  });
  const channelsSynced = channels.map((channel, i) => channelSynced(origin, channel, i + 1));
  return normalized([synced, ...channelsSynced], dropped);
}

function channelSynced(origin: Origin, channel: ChannelState, index: number) {
  return buildEvent(origin, {
    type: 'channel.synced',
    id: positionId('channel.synced', origin, index),
    guildId: channel.guildId,
    channelId: channel.id,
    data: channel,
  });
}

/** GUILD_UPDATE */
export function guildUpdated(origin: Origin, fields: Fields): NormalizeResult {
  const guild = readGuild(fields);
  if (!guild) return skip('malformed');
  const id = positionId('guild.updated', origin);
  return normalized([buildEvent(origin, { type: 'guild.updated', id, guildId: guild.id, data: guild })]);
}

/** GUILD_DELETE: with `unavailable` an outage at Discord, without it the bot is no longer in the guild. */
export function guildDisappeared(origin: Origin, fields: Fields): NormalizeResult {
  if (fields.unavailable !== undefined) return guildUnavailable(origin, fields);
  if (!isSnowflake(fields.id)) return skip('malformed');
  const id = positionId('guild.left', origin);
  return normalized([
    buildEvent(origin, { type: 'guild.left', id, guildId: fields.id, data: { id: fields.id } }),
  ]);
}

function guildUnavailable(origin: Origin, fields: Fields): NormalizeResult {
  if (!isSnowflake(fields.id)) return skip('malformed');
  const id = positionId('guild.unavailable', origin);
  return normalized([
    buildEvent(origin, { type: 'guild.unavailable', id, guildId: fields.id, data: { id: fields.id } }),
  ]);
}

function readGuild(fields: Fields): GuildState | undefined {
  if (!isSnowflake(fields.id)) return undefined;
  return {
    id: fields.id,
    name: textOrEmpty(fields.name),
    icon: textOrNull(fields.icon),
    ownerId: snowflakeOrNull(fields.owner_id),
  };
}
