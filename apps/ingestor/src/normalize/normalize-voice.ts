import { isSnowflake, type Snowflake, type VoiceFlags } from '@discord-relay/contracts';
import {
  buildEvent,
  normalized,
  skip,
  type Fact,
  type NormalizeResult,
  type Origin,
} from './normalize-result.js';
import { isFields, textOrNull, type Fields } from './read-fields.js';

/**
 * VOICE_STATE_UPDATE. The id does not hold the event's type: that depends on where the user was seen before, which may
 * be known from later when Discord repeats a dispatch to another process.
 */
export function voiceStateChanged(origin: Origin, fields: Fields): NormalizeResult {
  const { guild_id: guildId, user_id: userId } = fields;
  if (guildId === undefined) return skip('not_in_a_guild');
  if (!isSnowflake(guildId) || !isSnowflake(userId)) return skip('malformed');
  const fact = voiceFact(fields, guildId, userId, origin.voiceChannelOf?.(guildId, userId) ?? null);
  if (!fact) return skip('malformed');
  const id = `voice.state:${origin.sessionId}:${origin.sequence}:0`;
  return normalized([buildEvent(origin, { ...fact, id })]);
}

function voiceFact(
  fields: Fields,
  guildId: Snowflake,
  userId: Snowflake,
  fromChannelId: Snowflake | null,
): Fact | undefined {
  const { channel_id: channelId } = fields;
  if (channelId === null) {
    const at = fromChannelId === null ? {} : { channelId: fromChannelId };
    return { type: 'voice.left', guildId, ...at, data: { guildId, channelId, fromChannelId, userId } };
  }
  if (!isSnowflake(channelId)) return undefined;
  const state = readVoiceFlags(fields);
  const room = { guildId, channelId, userId };
  if (fromChannelId === channelId) {
    return { type: 'voice.updated', guildId, channelId, data: { ...room, state } };
  }
  const arrival = { ...room, ...readNames(fields.member), state };
  if (fromChannelId === null) return { type: 'voice.joined', guildId, channelId, data: arrival };
  return { type: 'voice.moved', guildId, channelId, data: { ...arrival, fromChannelId } };
}

/** Someone who is in a room when the session begins. Discord lists the members beside the voice states. */
export function voiceSynced(
  value: unknown,
  guildId: Snowflake,
  members: readonly unknown[],
): Fact | undefined {
  if (!isFields(value) || !isSnowflake(value.channel_id) || !isSnowflake(value.user_id)) return undefined;
  const { channel_id: channelId, user_id: userId } = value;
  const member = members.find((each) => isFields(each) && isFields(each.user) && each.user.id === userId);
  const data = {
    guildId,
    channelId,
    userId,
    ...readNames(value.member ?? member),
    state: readVoiceFlags(value),
  };
  return { type: 'voice.joined', guildId, channelId, data };
}

function readNames(member: unknown): { username: string | null; avatar: string | null } {
  const user = isFields(member) && isFields(member.user) ? member.user : {};
  return { username: textOrNull(user.username), avatar: textOrNull(user.avatar) };
}

const readVoiceFlags = (fields: Fields): VoiceFlags => ({
  selfMute: fields.self_mute === true,
  selfDeaf: fields.self_deaf === true,
  mute: fields.mute === true,
  deaf: fields.deaf === true,
  selfVideo: fields.self_video === true,
  selfStream: fields.self_stream === true,
  suppress: fields.suppress === true,
});
