import type { EmojiRecord } from '../../state/model/records.js';
import { isSnowflake } from '../../state/model/snowflakes.js';

/** Parses the emoji of a path or body: a character, `name:id` or `a:name:id`. Null if it is none of these. */
export function parseEmoji(text: string): EmojiRecord | null {
  const custom = /^(a:)?(\w{2,32}):(\d+)$/.exec(text.replace(/^<:?|>$/g, ''));
  if (custom) {
    const [, animated, name = null, id] = custom;
    return isSnowflake(id) ? { id, name, animated: animated !== undefined } : null;
  }
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(text) && text.length <= 64
    ? { id: null, name: text, animated: false }
    : null;
}
