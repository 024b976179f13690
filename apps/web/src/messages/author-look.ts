/** How many author colours `messages.css` has. */
export const AUTHOR_COLOURS = 12;

/** The colour of an author, 0 to 11, the same wherever the author writes. Ids begin with a time: mix all of it in. */
export function authorColour(id: string): number {
  let hash = 0;
  for (const digit of id) hash = (Math.imul(hash, 31) + digit.charCodeAt(0)) >>> 0;
  return ((hash ^ (hash >>> 15)) >>> 0) % AUTHOR_COLOURS;
}
