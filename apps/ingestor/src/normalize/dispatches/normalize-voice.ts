import type { Snowflake, VoiceFlags } from '@discord-relay/contracts';
import {
  buildEvent,
  normalized,
  skip,
  type Fact,
  type NormalizeResult,
  type Origin,
} from '../events/normalize-result.js';
import {
  boolean,
  id as anId,
  isFields,
  isId,
  readListed,
  textOrNull,
  type Fields,
  type ReadTally,
} from '../fields/read-fields.js';
import {
  readKey,
  readState,
  optionalKey,
  nestedFields,
  type Reading,
  type Shape,
} from '../fields/read-state.js';

/**
 * VOICE_STATE_UPDATE. The event's id does not contain its type: the type depends on where the user was seen before, and when
 * Discord repeats a dispatch to another process, a later state may be known.
 */
export function voiceStateChanged(origin: Origin, fields: Fields): NormalizeResult {
  const { guild_id: guildId, user_id: userId } = fields;
  if (guildId === undefined) return skip('not_in_a_guild');
  if (!isId(guildId) || !isId(userId)) return skip('malformed');
  const tally = { dropped: 0 };
  const room = readKey(fields, 'channel_id', anId, tally);
  const from = origin.voiceChannelOf?.(guildId, userId) ?? null;
  const fact = voiceFact(fields, { guildId, userId, from, to: placeIn(room, from) }, tally);
  if (!fact) return skip('malformed');
  const id = `voice.state:${origin.sessionId}:${origin.sequence}:0`;
  return normalized([buildEvent(origin, { ...fact, id })], tally.dropped);
}

interface Move {
  guildId: Snowflake;
  userId: Snowflake;
  from: Snowflake | null;
  /** null: in no room; undefined: unknown. */
  to: Snowflake | null | undefined;
}

/** The user's new room: null means no room; an absent value leaves the user where they were. */
function placeIn(room: Reading<Snowflake>, from: Snowflake | null): Move['to'] {
  switch (room.is) {
    case 'value':
      return room.value;
    case 'null':
      return null;
    case 'absent':
    case 'unreadable':
      return from ?? undefined;
    default:
      return room satisfies never;
  }
}

function voiceFact(fields: Fields, { guildId, userId, from, to }: Move, tally: ReadTally): Fact | undefined {
  if (to === undefined) return undefined;
  if (to === null) {
    const at = from === null ? {} : { channelId: from };
    return {
      type: 'voice.left',
      guildId,
      ...at,
      data: { guildId, channelId: null, fromChannelId: from, userId },
    };
  }
  const state = readState(FLAGS, fields, tally);
  const room = { guildId, channelId: to, userId };
  if (from === to) return { type: 'voice.updated', guildId, channelId: to, data: { ...room, state } };
  const arrival = { ...room, ...readNames(fields.member, tally), state };
  if (from === null) return { type: 'voice.joined', guildId, channelId: to, data: arrival };
  return { type: 'voice.moved', guildId, channelId: to, data: { ...arrival, fromChannelId: from } };
}

interface Voices {
  facts: Fact[];
  /** All users in rooms; absent if that is unknown. */
  userIds?: Snowflake[];
}

/** The users in rooms at the start of the session. Discord lists members beside the voice states. */
export function voicesSynced(fields: Fields, guildId: Snowflake, tally: ReadTally): Voices {
  const members: readonly unknown[] = Array.isArray(fields.members) ? fields.members : [];
  const voices = readListed(
    fields.voice_states,
    (each) => (isFields(each) && isId(each.user_id) ? { fields: each, userId: each.user_id } : undefined),
    tally,
  );
  const facts = voices.items.flatMap((voice) => {
    const { channel_id: channelId } = voice.fields;
    // The user is in a room nevertheless: Discord lists only users in rooms.
    if (!isId(channelId)) return ((tally.dropped += 1), []);
    const isTheirs = (each: unknown) =>
      isFields(each) && nestedFields(each, 'user', tally).id === voice.userId;
    const names = readNames(voice.fields.member ?? members.find(isTheirs), tally);
    const state = readState(FLAGS, voice.fields, tally);
    const data = { guildId, channelId, userId: voice.userId, ...names, state };
    return [{ type: 'voice.joined' as const, guildId, channelId, data }];
  });
  return { facts, ...(voices.whole && { userIds: voices.items.map(({ userId }) => userId) }) };
}

/** null: unknown. */
function readNames(member: unknown, tally: ReadTally): { username: string | null; avatar: string | null } {
  const user = isFields(member) ? nestedFields(member, 'user', tally) : {};
  return { username: textOrNull(user.username, tally), avatar: textOrNull(user.avatar, tally) };
}

const FLAGS: Shape<VoiceFlags> = {
  selfMute: optionalKey('self_mute', boolean),
  selfDeaf: optionalKey('self_deaf', boolean),
  mute: optionalKey('mute', boolean),
  deaf: optionalKey('deaf', boolean),
  selfVideo: optionalKey('self_video', boolean),
  selfStream: optionalKey('self_stream', boolean),
  suppress: optionalKey('suppress', boolean),
};
