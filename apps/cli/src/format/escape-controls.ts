/** Controls of terminals and of text direction, and the line and paragraph separators of Unicode. */
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * A text that others wrote, such as a name on Discord, for one line of a terminal: what would move the cursor, change
 * colours or reverse the line is written as an escape.
 */
export const escapeControls = (text: string): string => text.replace(UNPRINTABLE, escapeOf);

/** As {@link escapeControls} for whole output, which has lines and tabs of its own. The escapes are those of JSON. */
export const escapeControlsInLines = (text: string): string =>
  text.replace(UNPRINTABLE, (character) =>
    character === '\n' || character === '\t' ? character : escapeOf(character),
  );

const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
