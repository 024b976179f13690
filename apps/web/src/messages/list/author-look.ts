/** The number of author colours in `messages.css`. */
export const AUTHOR_COLOURS = 12;

/** The colour of an author, 0 to 11, the same everywhere. Ids begin with a time, so all their digits are mixed in. */
export function authorColour(id: string): number {
  let hash = 0;
  for (const digit of id) hash = (Math.imul(hash, 31) + digit.charCodeAt(0)) >>> 0;
  return ((hash ^ (hash >>> 15)) >>> 0) % AUTHOR_COLOURS;
}
