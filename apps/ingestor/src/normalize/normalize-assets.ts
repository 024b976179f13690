import {
  isSnowflake,
  type EmojiState,
  type Snowflake,
  type SoundState,
  type StickerState,
} from '@discord-relay/contracts';
import { factsOf, inGuild, skip, type Fact, type NormalizeResult, type Origin } from './normalize-result.js';
import {
  integerOrZero,
  isFields,
  numberOrZero,
  readIds,
  readList,
  snowflakeOrNull,
  textOrEmpty,
  textOrNull,
  type Fields,
  type ReadList,
} from './read-fields.js';

/** GUILD_EMOJIS_UPDATE */
export const emojisUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  wholeSet(origin, fields, emojisSynced(fields));

/** GUILD_STICKERS_UPDATE */
export const stickersUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  wholeSet(origin, fields, stickersSynced(fields));

/** GUILD_SOUNDBOARD_SOUNDS_UPDATE */
export const soundsUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  wholeSet(origin, fields, soundsSynced(fields));

/** GUILD_SOUNDBOARD_SOUND_CREATE */
export const soundCreated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => soundFact('soundboard.sound_created', fields, guildId));

/** GUILD_SOUNDBOARD_SOUND_UPDATE */
export const soundUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => soundFact('soundboard.sound_updated', fields, guildId));

/** GUILD_SOUNDBOARD_SOUND_DELETE */
export const soundDeleted = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => {
    const { sound_id: id } = fields;
    return isSnowflake(id) ? { type: 'soundboard.sound_deleted', guildId, data: { id, guildId } } : undefined;
  });

/** A set as one fact; none when the dispatch has no such list, so that an absent list never empties a set. */
export interface AssetSet {
  fact?: (guildId: Snowflake) => Fact;
  dropped: number;
}

export const emojisSynced = ({ emojis }: Fields): AssetSet =>
  assetSet(emojis, readList(emojis, readGuildEmoji), (guildId, items) => ({
    type: 'emoji.synced',
    guildId,
    data: { guildId, items },
  }));

export const stickersSynced = ({ stickers }: Fields): AssetSet =>
  assetSet(stickers, readList(stickers, readSticker), (guildId, items) => ({
    type: 'sticker.synced',
    guildId,
    data: { guildId, items },
  }));

export const soundsSynced = ({ soundboard_sounds: sounds }: Fields): AssetSet =>
  assetSet(sounds, readList(sounds, readSound), (guildId, items) => ({
    type: 'soundboard.synced',
    guildId,
    data: { guildId, items: items.map((item) => ({ ...item, guildId })) },
  }));

function assetSet<T>(
  value: unknown,
  { items, dropped }: ReadList<T>,
  fact: (guildId: Snowflake, items: T[]) => Fact,
): AssetSet {
  return Array.isArray(value) ? { fact: (guildId) => fact(guildId, items), dropped } : { dropped };
}

function wholeSet(origin: Origin, fields: Fields, { fact, dropped }: AssetSet): NormalizeResult {
  if (!isSnowflake(fields.guild_id) || !fact) return skip('malformed');
  return factsOf(origin, [fact(fields.guild_id)], dropped);
}

function readGuildEmoji(value: unknown): EmojiState | undefined {
  if (!isFields(value) || !isSnowflake(value.id)) return undefined;
  return {
    id: value.id,
    name: textOrNull(value.name),
    animated: value.animated === true,
    available: value.available !== false,
    managed: value.managed === true,
    roleIds: readIds(value.roles).items,
  };
}

function readSticker(value: unknown): StickerState | undefined {
  if (!isFields(value) || !isSnowflake(value.id)) return undefined;
  return {
    id: value.id,
    name: textOrEmpty(value.name),
    description: textOrNull(value.description),
    tags: textOrEmpty(value.tags),
    formatType: integerOrZero(value.format_type),
    available: value.available !== false,
  };
}

function soundFact(
  type: 'soundboard.sound_created' | 'soundboard.sound_updated',
  fields: Fields,
  guildId: Snowflake,
): Fact | undefined {
  const sound = readSound(fields);
  return sound && { type, guildId, data: { ...sound, guildId } };
}

function readSound(value: unknown): Omit<SoundState, 'guildId'> | undefined {
  if (!isFields(value) || !isSnowflake(value.sound_id)) return undefined;
  return {
    id: value.sound_id,
    name: textOrEmpty(value.name),
    volume: numberOrZero(value.volume),
    emojiId: snowflakeOrNull(value.emoji_id),
    emojiName: textOrNull(value.emoji_name),
    available: value.available !== false,
  };
}
