/** Keys of embeds, components, polls and stickers whose values are words that Discord shows. */
const SHOWN_KEYS = 'title|description|name|value|text|content|label|placeholder|question';

const PARTS = ['embeds', 'components', 'stickers', 'poll']
  .map((column) => `coalesce(${column}, '[]'::jsonb)`)
  .join(' || ');

const SHOWN_WORDS = `strict $.** ? (@.type() == "object").keyvalue() ? (@.key like_regex "^(${SHOWN_KEYS})$").value`;

/**
 * SQL: everything that a message says, as a tsvector of columns of `messages`. Index and searches use this one expression,
 * as Postgres finds an index by nothing else; all functions in it are immutable.
 */
export const SEARCH_VECTOR = `(to_tsvector('simple', coalesce(content, ''))
  || jsonb_to_tsvector('simple', jsonb_path_query_array(${PARTS}, '${SHOWN_WORDS}'), '["string"]'))`;
