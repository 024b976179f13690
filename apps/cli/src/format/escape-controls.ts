/** Terminal control characters, text direction controls, and Unicode's line and paragraph separators. */
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Prepares text written by others, such as a Discord name, for one line of a terminal. Characters that would move the cursor,
 * change colours or reverse the line become escapes.
 */
export const escapeControls = (text: string): string => text.replace(UNPRINTABLE, escapeOf);

/** As {@link escapeControls}, for output of several lines: keeps newlines and tabs. The escapes are those of JSON. */
export const escapeControlsInLines = (text: string): string =>
  text.replace(UNPRINTABLE, (character) =>
    character === '\n' || character === '\t' ? character : escapeOf(character),
  );

const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
