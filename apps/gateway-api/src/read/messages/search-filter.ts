import { SEARCH_HAS, type SearchHas } from '@discord-relay/contracts';
import { SEARCH_VECTOR, searchQuery } from '@discord-relay/read-model';

/** Which messages a search or an export selects. */
export interface SearchFilter {
  /** The channels whose history the caller may read. */
  channelIds: readonly string[];
  /** Prefix search; every word must match. Absent: any content. */
  text?: string | undefined;
  authorId?: string | undefined;
  /** Only messages that mention this user. */
  mentions?: string | undefined;
  /** `from` is inclusive, `to` exclusive. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** All of these. */
  has?: readonly SearchHas[] | undefined;
}

const HAS_CONDITIONS: Record<SearchHas, string> = {
  attachment: `attachments <> '[]'::jsonb`,
  embed: `embeds <> '[]'::jsonb`,
  link: `content ~* 'https?://'`,
  poll: `poll IS NOT NULL`,
  sticker: `stickers <> '[]'::jsonb`,
};

/**
 * The conditions of a filter on columns of `messages`, except for the channels; only the requested ones, because one plan for all
 * combinations would be slow for each. `value`: adds a parameter of the statement and returns its place.
 */
export function filterConditions(
  { text, authorId, mentions, from, to, has }: SearchFilter,
  value: (given: unknown) => string,
): string[] {
  const conditions = [
    text !== undefined && `${SEARCH_VECTOR} @@ ${searchQuery(`${value(text)}::text`)}`,
    authorId !== undefined && `author_id = ${value(authorId)}`,
    mentions !== undefined && `mentions -> 'users' @> to_jsonb(${value(mentions)}::text)`,
    from && `created_at >= ${value(from)}`,
    to && `created_at < ${value(to)}`,
    ...SEARCH_HAS.filter((each) => has?.includes(each)).map((each) => HAS_CONDITIONS[each]),
  ];
  return conditions.filter((condition) => typeof condition === 'string');
}

/** Short, because Postgres limits the names of statements to 63 characters. */
const NAMES = { text: 'q', authorId: 'by', mentions: 'to', from: 'since', to: 'until' } as const;

/** Names the conditions of {@link filterConditions}: statements with the same name have the same text. */
export function filterName(filter: SearchFilter): string[] {
  const given = Object.entries(NAMES).filter(([key]) => filter[key as keyof typeof NAMES] !== undefined);
  const has = SEARCH_HAS.filter((each) => filter.has?.includes(each)).map((each) => each.slice(0, 2));
  return [...given.map(([, name]) => name), ...(has.length > 0 ? [`has-${has.join('')}`] : [])];
}
