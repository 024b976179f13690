/** Maximum size of a structured answer, bytes of JSON. */
export const MAX_ANSWER_BYTES = 65_536;

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Room for everything in an answer besides its items, bytes. */
const RESERVED_BYTES = 16_384;

/** The first items that fit into an answer; at least one, so that reading continues. */
export function fitting<Item>(items: readonly Item[]): Item[] {
  let left = MAX_ANSWER_BYTES - RESERVED_BYTES;
  const end = items.findIndex((item) => (left -= bytesOf(item) + 1) < 0);
  return end === -1 ? [...items] : items.slice(0, Math.max(1, end));
}

const MARK = '…';

/** At most `maximum` characters, with a mark where the text was cut; never half of a surrogate pair. */
export function cutText(text: string, maximum: number): string {
  if (text.length <= maximum) return text;
  if (maximum < MARK.length) return '';
  const cut = text.slice(0, maximum - MARK.length);
  return `${cut.replace(/[\uD800-\uDBFF]$/, '')}${MARK}`;
}

/** Maximum length of a name or a topic, characters. */
export const MAX_NAME_CHARS = 256;
export const cutName = (text: string): string => cutText(text, MAX_NAME_CHARS);
