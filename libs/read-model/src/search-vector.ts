/** Keys of embeds, components, polls and stickers whose values are words that Discord shows. */
const SHOWN_KEYS = 'title|description|name|value|text|content|label|placeholder|question';

const PARTS = ['embeds', 'components', 'stickers', 'poll']
  .map((column) => `coalesce(${column}, '[]'::jsonb)`)
  .join(' || ');

const SHOWN_WORDS = `strict $.** ? (@.type() == "object").keyvalue() ? (@.key like_regex "^(${SHOWN_KEYS})$").value ? (@.type() == "string")`;

/** Its backslashes mean the same whatever `standard_conforming_strings` is. */
const literal = (text: string): string => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** An array of strings as text; what JSON escapes (controls, quotes, backslashes) separates words anyway. */
const SHOWN_TEXT = `regexp_replace(jsonb_path_query_array(${PARTS}, '${SHOWN_WORDS}')::text, ${literal('\\\\(u[0-9a-f]{4}|.)')}, ' ', 'g')`;

/** Its rules of case and of character classes are Unicode's; those of a database may know ASCII only (`C`). */
const UNICODE = 'COLLATE "und-x-icu"';

/** Final sigma is a sigma; joiners, variation selectors, soft hyphens and the dot of a lower-cased `İ` are left out. */
const SAME_LETTER = { from: 'ς\u0307\u200C\u200D\uFE0E\uFE0F\u00AD', to: 'σ' };

const REGIONAL_INDICATORS = '\\U0001F1E6-\\U0001F1FF';
/** Currencies, keycaps, arrows, dingbats, pictographs, skin tones. */
const SYMBOLS =
  '\\u00A2-\\u00A9\\u00AC\\u00AE-\\u00B1\\u00D7\\u00F7\\u20A0-\\u20CF\\u20E3\\u2100-\\u2BFF\\U0001F000-\\U0001FBFF';
const OWN_WORD = `([${REGIONAL_INDICATORS}]{1,2}|[${SYMBOLS}])`;
const SEPARATORS = '[[:space:][:punct:][:cntrl:]$+<=>^`|~]+';
/** Postgres takes words of up to 2,046 bytes; folding makes up to 18 bytes of one character (U+3316). */
const LONGEST_WORD = '([^ ]{100})';
/** No word of a text of so many bytes is too long; a search for long words takes time. */
const SURELY_SHORT_BYTES = 340;

/** SQL: the words of a text, in one form for everything that differs in case, width or composition only. */
function wordsOf(text: string): string {
  const cut = `regexp_replace(${text}, ${literal(LONGEST_WORD)}, ${literal('\\1 ')}, 'g')`;
  const bounded = `CASE WHEN octet_length(${text}) > ${SURELY_SHORT_BYTES} THEN ${cut} ELSE ${text} END`;
  const cased = `lower(upper(normalize(${bounded}, NFKC) ${UNICODE}) ${UNICODE})`;
  const folded = `translate(${cased}, ${literal(SAME_LETTER.from)}, ${literal(SAME_LETTER.to)})`;
  const spaced = `regexp_replace(${folded}, ${literal(OWN_WORD)}, ${literal(' \\1 ')}, 'g')`;
  const words = `regexp_replace(${spaced} ${UNICODE}, ${literal(SEPARATORS)}, ' ', 'g')`;
  return `array_remove(string_to_array(${words}, ' '), '')`;
}

/**
 * An empty tsvector that planners take for expensive (`procost` 100), as the folding is, whose functions they take for cheap:
 * they would compute it for every message of a channel instead of using the index.
 */
const COSTLY = `to_tsvector('simple', left(content, 0))`;

/**
 * SQL: everything that a message says, as a tsvector of columns of `messages`. Index and searches use this one expression,
 * as Postgres finds an index by nothing else; all functions in it are immutable. It does not depend on the locale of the
 * database, as the parsers of `to_tsvector` do (ADR 40).
 */
export const SEARCH_VECTOR = `(array_to_tsvector(${wordsOf(`(coalesce(content, '') || ' ' || ${SHOWN_TEXT})`)})
  || ${Array.from({ length: 4 }, () => `coalesce(${COSTLY}, '')`).join(' || ')})`;

/**
 * SQL: what {@link SEARCH_VECTOR} has to match: every word of the text as the beginning of a word. NULL, which matches
 * nothing, for a text without words.
 * @param text SQL of type text
 */
export const searchQuery = (text: string): string =>
  `('''' || nullif(array_to_string(${wordsOf(text)}, ''':* & '''), '') || ''':*')::tsquery`;
