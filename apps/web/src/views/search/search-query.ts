import type { RestQuery } from '@discord-relay/client';

export const FILTERS = ['from', 'in', 'has', 'before', 'after', 'mentions'] as const;
export type Filter = (typeof FILTERS)[number];
export const HAS = ['attachment', 'embed', 'link', 'poll', 'sticker'] as const;

/** A filter as it was typed: `in:general`, or `in:"two words"`. */
export interface Chip {
  filter: Filter;
  value: string;
}

export interface SearchInput {
  chips: Chip[];
  words: string;
}

const CHIP = new RegExp(`(?:^|\\s)(${FILTERS.join('|')}):(?:"([^"]*)"|(\\S+))`, 'gi');

/** Parses the input; text that is not a filter is words. */
export function parseSearch(text: string): SearchInput {
  const chips: Chip[] = [];
  const words = text.replace(CHIP, (_, filter: string, quoted?: string, plain?: string) => {
    chips.push({ filter: filter.toLowerCase() as Filter, value: quoted ?? plain ?? '' });
    return ' ';
  });
  return { chips, words: words.replace(/\s+/g, ' ').trim() };
}

export const formatChip = ({ filter, value }: Chip): string =>
  /[\s"]/.test(value) ? `${filter}:"${value.replaceAll('"', '')}"` : `${filter}:${value}`;

export const formatSearch = ({ chips, words }: SearchInput): string =>
  [...chips.map(formatChip), words].filter(Boolean).join(' ');

/** The filter that is being typed at the end of a text, for completion; null: none. */
export function typedFilter(text: string): Chip | null {
  const found = new RegExp(`(?:^|\\s)(${FILTERS.join('|')}):"?([^\\s"]*)$`, 'i').exec(text);
  return found && { filter: found[1]!.toLowerCase() as Filter, value: found[2]! };
}

/** Names on Discord and their ids. */
export interface NamedIds {
  users: readonly { id: string; name: string }[];
  channels: readonly { id: string; name: string }[];
}

/**
 * Builds the request. `unknown`: filter values that match no name.
 * @param dayStart when a day, or the day `offset` days later, begins in the reader's time zone, ISO 8601
 */
export function toRequest(
  { chips, words }: SearchInput,
  guildId: string,
  { users, channels }: NamedIds,
  dayStart: (day: string, offset: number) => string | null,
): { query: RestQuery; unknown: string[] } {
  const query: Record<string, string | undefined> = { guild: guildId, q: words || undefined };
  const unknown: string[] = [];
  const set = (name: string, value: string | null | undefined, typed: string) => {
    if (value) query[name] = value;
    else unknown.push(typed);
  };
  for (const { filter, value } of chips) {
    if (filter === 'from') set('author', idOf(users, value), value);
    else if (filter === 'mentions') set('mentions', idOf(users, value), value);
    else if (filter === 'in') set('channel', idOf(channels, value), value);
    else if (filter === 'before') set('to', dayStart(value, 0), value);
    else if (filter === 'after') set('from', dayStart(value, 1), value);
    else if (isHas(value)) query.has = [query.has, value].filter(Boolean).join(',');
    else unknown.push(value);
  }
  return { query, unknown };
}

const isHas = (value: string): boolean => HAS.some((each) => each === value);

/** By name; ids are accepted as they are. */
function idOf(named: readonly { id: string; name: string }[], value: string): string | null {
  const searched = value.replace(/^[@#]/, '').toLocaleLowerCase();
  const found = named.find(({ name }) => name.toLocaleLowerCase() === searched);
  return found?.id ?? (/^\d{1,20}$/.test(value) ? value : null);
}
