import type { EmojiKey } from '@discord-relay/contracts';
import { isFields, snowflakeOrNull, textOrNull } from './read-fields.js';

const MAX_EMOJI_CHARS = 64;

/** An emoji by id, name or both; undefined when there is neither. */
export function readEmoji(value: unknown): EmojiKey | undefined {
  if (!isFields(value)) return undefined;
  const id = snowflakeOrNull(value.id);
  const name = textOrNull(value.name, MAX_EMOJI_CHARS);
  if (id === null && !name) return undefined;
  return { id, name, animated: value.animated === true };
}
