import type { EmojiState, EventType, Snowflake, SoundState, StickerState } from '@discord-relay/contracts';
import {
  factsOf,
  inGuild,
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
  number,
  readListed,
  text,
  wholeList,
  type Fields,
  type Read,
  type ReadTally,
} from '../fields/read-fields.js';
import { nullableKey, readState, optionalKey, type Shape } from '../fields/read-state.js';

/** GUILD_EMOJIS_UPDATE */
export const emojisUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  wholeSet(origin, fields, emojisSynced);

/** GUILD_STICKERS_UPDATE */
export const stickersUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  wholeSet(origin, fields, stickersSynced);

/** GUILD_SOUNDBOARD_SOUNDS_UPDATE */
export const soundsUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  wholeSet(origin, fields, soundsSynced);

/** GUILD_SOUNDBOARD_SOUND_CREATE */
export const soundCreated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (id, tally) => soundFact('soundboard.sound_created', fields, id, tally));

/** GUILD_SOUNDBOARD_SOUND_UPDATE */
export const soundUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (id, tally) => soundFact('soundboard.sound_updated', fields, id, tally));

/** GUILD_SOUNDBOARD_SOUND_DELETE */
export const soundDeleted = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => {
    const { sound_id: id } = fields;
    return isId(id) ? { type: 'soundboard.sound_deleted', guildId, data: { id, guildId } } : undefined;
  });

type SetReader = (fields: Fields, guildId: Snowflake, tally: ReadTally) => Fact[];

/** A complete set as one fact; none if the dispatch has no such list, so that an absent list never empties a set. */
function setOf<T>(
  key: string,
  read: (guildId: Snowflake) => Read<T>,
  fact: (set: { guildId: Snowflake; items: T[]; incomplete?: true }) => Pick<Fact, 'type' | 'data'>,
): SetReader {
  return (fields, guildId, tally) => {
    const { items, whole } = readListed(fields[key], read(guildId), tally);
    if (!Array.isArray(fields[key])) return [];
    const set = { guildId, items, ...(!whole && { incomplete: true as const }) };
    return [{ guildId, ...fact(set) } as Fact];
  };
}

const setFact =
  <T extends EventType>(type: T) =>
  (data: Extract<Fact, { type: T }>['data']) =>
    ({ type, data }) as Pick<Fact, 'type' | 'data'>;

const EMOJI: Shape<Omit<EmojiState, 'id'>> = {
  name: nullableKey('name', text()),
  animated: optionalKey('animated', boolean),
  available: optionalKey('available', boolean),
  managed: optionalKey('managed', boolean),
  roleIds: optionalKey('roles', wholeList(anId)),
};

const readGuildEmoji: Read<EmojiState> = (value, tally) =>
  isFields(value) && isId(value.id) ? { ...readState(EMOJI, value, tally), id: value.id } : undefined;

const STICKER: Shape<Omit<StickerState, 'id'>> = {
  name: optionalKey('name', text()),
  description: nullableKey('description', text()),
  tags: optionalKey('tags', text()),
  formatType: optionalKey('format_type', integer),
  available: optionalKey('available', boolean),
};

const readSticker: Read<StickerState> = (value, tally) =>
  isFields(value) && isId(value.id) ? { ...readState(STICKER, value, tally), id: value.id } : undefined;

const SOUND: Shape<Omit<SoundState, 'id' | 'guildId'>> = {
  name: optionalKey('name', text()),
  volume: optionalKey('volume', number),
  emojiId: nullableKey('emoji_id', anId),
  emojiName: nullableKey('emoji_name', text()),
  available: optionalKey('available', boolean),
};

const readSound =
  (guildId: Snowflake): Read<SoundState> =>
  (value, tally) =>
    isFields(value) && isId(value.sound_id)
      ? { ...readState(SOUND, value, tally), id: value.sound_id, guildId }
      : undefined;

export const emojisSynced = setOf('emojis', () => readGuildEmoji, setFact('emoji.synced'));
export const stickersSynced = setOf('stickers', () => readSticker, setFact('sticker.synced'));
export const soundsSynced = setOf('soundboard_sounds', readSound, setFact('soundboard.synced'));

function wholeSet(origin: Origin, fields: Fields, read: SetReader): NormalizeResult {
  const tally = { dropped: 0 };
  if (!isId(fields.guild_id)) return skip('malformed');
  const facts = read(fields, fields.guild_id, tally);
  return facts.length > 0 ? factsOf(origin, facts, tally.dropped) : skip('malformed');
}

function soundFact(
  type: 'soundboard.sound_created' | 'soundboard.sound_updated',
  fields: Fields,
  guildId: Snowflake,
  tally: ReadTally,
): Fact | undefined {
  const data = readSound(guildId)(fields, tally);
  return data && { type, guildId, data };
}
