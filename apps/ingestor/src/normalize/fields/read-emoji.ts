import type { EmojiKey, Snowflake } from '@discord-relay/contracts';
import { id as anId, isFields, text, type Fields, type Read, type ReadTally } from './read-fields.js';
import { readOne, keyWithDefault } from './read-state.js';

const MAX_EMOJI_CHARS = 64;

/**
 * An emoji by id, name or both; undefined if there is neither, or if its id is unreadable: the name alone would mean another
 * emoji.
 */
export const emoji: Read<EmojiKey> = (value, tally) => {
  if (!isFields(value)) return undefined;
  const id = emojiId(value, tally);
  const name = readOne(keyWithDefault('name', text(MAX_EMOJI_CHARS), null), value, tally) ?? null;
  if (id === undefined || (id === null && !name)) return undefined;
  return { id, name, animated: value.animated === true };
};

const emojiId = (fields: Fields, tally: ReadTally): Snowflake | null | undefined =>
  readOne(keyWithDefault('id', anId, null), fields, tally);
