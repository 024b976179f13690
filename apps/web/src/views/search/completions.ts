import { type Chip, HAS, type NamedIds } from './search-query.js';

const MOST = 8;

/** Completions of the filter that is being typed; none if there is no such filter. */
export function completions(typed: Chip | null, { users, channels }: NamedIds): Chip[] {
  if (!typed) return [];
  const { filter, value } = typed;
  const searched = value.replace(/^[@#]/, '').toLocaleLowerCase();
  return valuesOf(filter, { users, channels })
    .filter((each) => each.toLocaleLowerCase().startsWith(searched) && each !== value)
    .slice(0, MOST)
    .map((each) => ({ filter, value: each }));
}

function valuesOf(filter: Chip['filter'], { users, channels }: NamedIds): string[] {
  if (filter === 'has') return [...HAS];
  if (filter === 'in') return channels.map(({ name }) => name);
  if (filter === 'from' || filter === 'mentions') return users.map(({ name }) => name);
  return [];
}
