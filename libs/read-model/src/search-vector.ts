/** Keys of attachments, embeds, components, polls and stickers whose values Discord displays as text. */
const SHOWN_KEYS = 'title|description|name|value|text|content|label|placeholder|question|filename';

const PARTS = ['attachments', 'embeds', 'components', 'stickers', 'poll']
  .map((column) => `coalesce(${column}, '[]'::jsonb)`)
  .join(' || ');

const SHOWN_WORDS = `strict $.** ? (@.type() == "object").keyvalue() ? (@.key like_regex "^(${SHOWN_KEYS})$").value ? (@.type() == "string")`;

/** A literal whose backslashes do not depend on `standard_conforming_strings`. */
const literal = (text: string): string => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** A JSON array of strings as text. Characters that JSON escapes (controls, quotes, backslashes) separate words anyway. */
const SHOWN_TEXT = `regexp_replace(jsonb_path_query_array(${PARTS}, '${SHOWN_WORDS}')::text, ${literal('\\\\(u[0-9a-f]{4}|.)')}, ' ', 'g')`;

/** Applies Unicode's rules of case and character classes; the database's own collation may know only ASCII (`C`). */
const UNICODE = 'COLLATE "und-x-icu"';

/** Maps final sigma to sigma and drops joiners, variation selectors, soft hyphens and the dot of a lower-cased `İ`. */
const SAME_LETTER = { from: 'ς\u0307\u200C\u200D\uFE0E\uFE0F\u00AD', to: 'σ' };

const REGIONAL_INDICATORS = '\\U0001F1E6-\\U0001F1FF';
/** Currencies, keycaps, arrows, dingbats, pictographs, skin tones. */
const SYMBOLS =
  '\\u00A2-\\u00A9\\u00AC\\u00AE-\\u00B1\\u00D7\\u00F7\\u20A0-\\u20CF\\u20E3\\u2100-\\u2BFF\\U0001F000-\\U0001FBFF';
const OWN_WORD = `([${REGIONAL_INDICATORS}]{1,2}|[${SYMBOLS}])`;
const SEPARATORS = '[[:space:][:punct:][:cntrl:]$+<=>^`|~]+';
/**
 * Characters of scripts that are written without spaces, and Hangul, whose words have endings: Han, Kana, Hangul, Thai, Lao,
 * Myanmar and Khmer.
 */
const UNSPACED = [
  ...['\\u0E00-\\u0EFF', '\\u1000-\\u109F', '\\u1100-\\u11FF', '\\u1780-\\u17FF', '\\u2E80-\\u2FDF'],
  ...['\\u3005-\\u3007', '\\u3040-\\u30FF', '\\u3130-\\u318F', '\\u31F0-\\u31FF', '\\u3400-\\u4DBF'],
  ...['\\u4E00-\\u9FFF', '\\uAC00-\\uD7AF', '\\uF900-\\uFAFF', '\\U00020000-\\U0003FFFF'],
].join('');
/** And what NFKC turns into them: squared words, half-width letters. */
const FOLDS_TO_UNSPACED = `${UNSPACED}\\u3200-\\u33FF\\uFF65-\\uFFDC`;

/**
 * Postgres accepts words of up to 2,046 bytes; folding turns one character into up to 18 bytes (U+3316). Scripts without spaces
 * are split anyway.
 */
const LONGEST_WORD = `([^ ${UNSPACED}]{100})`;
/** A text of at most this many bytes has no word that is too long; the search for long words is slow. */
const SURELY_SHORT_BYTES = 340;

/** SQL for a text in which every other character of a run without spaces begins a word of two. */
const inPairs = (text: string): string =>
  `regexp_replace(${text}, ${literal(`([${UNSPACED}]{2})`)}, ${literal(' \\1 ')}, 'g')`;

/**
 * SQL for a text in which all pairs of neighbours in a run without spaces are words: those that begin at its first, third, …
 * character, and then, without the first, the others. The last character is a word too, of which a prefix search finds pairs.
 */
const inAllPairs = (text: string): string =>
  `${inPairs(text)} || ' ' || ${inPairs(`regexp_replace(${text}, ${literal(`(?<![${UNSPACED}])[${UNSPACED}]`)}, ' ', 'g')`)}`;

/** SQL for the words of a text, folded so that words which differ only in case, width or composition are equal. */
function wordsOf(text: string): string {
  const cut = `regexp_replace(${text}, ${literal(LONGEST_WORD)}, ${literal('\\1 ')}, 'g')`;
  const bounded = `CASE WHEN octet_length(${text}) > ${SURELY_SHORT_BYTES} THEN ${cut} ELSE ${text} END`;
  const cased = `lower(upper(normalize(${bounded}, NFKC) ${UNICODE}) ${UNICODE})`;
  const folded = `translate(${cased}, ${literal(SAME_LETTER.from)}, ${literal(SAME_LETTER.to)})`;
  const spaced = `regexp_replace(${folded}, ${literal(OWN_WORD)}, ${literal(' \\1 ')}, 'g')`;
  const words = `regexp_replace(${spaced} ${UNICODE}, ${literal(SEPARATORS)}, ' ', 'g')`;
  const split = `CASE WHEN ${text} ~ ${literal(`[${FOLDS_TO_UNSPACED}]`)} THEN ${inAllPairs(words)} ELSE ${words} END`;
  return `array_remove(string_to_array(${split}, ' '), '')`;
}

/**
 * An empty tsvector that the planner considers expensive (`procost` 100). Folding is expensive, but the planner considers its
 * functions cheap: without this it would fold every message of a channel instead of using the index.
 */
const COSTLY = `to_tsvector('simple', left(content, 0))`;

/**
 * SQL for the text of a message, as a tsvector of columns of `messages`. The index and the searches use the same expression,
 * because Postgres finds an index only by its expression; all functions in it are immutable. Unlike the parsers of
 * `to_tsvector`, it does not depend on the locale of the database (ADR 40).
 */
export const SEARCH_VECTOR = `(array_to_tsvector(${wordsOf(`(coalesce(content, '') || ' ' || ${SHOWN_TEXT})`)})
  || ${Array.from({ length: 4 }, () => `coalesce(${COSTLY}, '')`).join(' || ')})`;

/**
 * SQL for the query that {@link SEARCH_VECTOR} has to match: a prefix search; every word of the text must match. NULL, which
 * matches nothing, for a text without words.
 * @param text SQL of type text
 */
export const searchQuery = (text: string): string =>
  `('''' || nullif(array_to_string(${wordsOf(text)}, ''':* & '''), '') || ''':*')::tsquery`;
