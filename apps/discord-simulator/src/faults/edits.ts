/** Changes to a JSON value. Paths are keys and indexes joined by dots; `*` matches every key or index. */
export interface Edits {
  /** Keys and elements to leave out. */
  omit?: readonly string[];
  /** Values to write, by path. Missing parents are not created. */
  set?: Readonly<Record<string, unknown>>;
  /** Reverses the list at the root. */
  reverse?: boolean;
  /** Maximum length of the list at the root. */
  first?: number;
}

type Container = Record<string, unknown> | unknown[];

/** @returns an edited copy of `value`, which must be JSON. A path that matches nothing changes nothing. */
export function applyEdits(value: unknown, { omit = [], set = {}, reverse = false, first }: Edits): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of omit) visit(copy, path.split('.'), remove);
  for (const [path, each] of Object.entries(set))
    visit(copy, path.split('.'), (parent, key) => write(parent, key, structuredClone(each)));
  if (!Array.isArray(copy)) return copy;
  const list: unknown[] = reverse ? copy.reverse() : copy;
  return list.slice(0, first);
}

function visit(
  value: unknown,
  [key, ...rest]: string[],
  action: (parent: Container, key: string) => void,
): void {
  if (key === undefined || !isContainer(value)) return;
  // In reverse order, so that removing an element does not shift those still to be visited.
  const keys = key === '*' ? Object.keys(value).reverse() : [key];
  for (const each of keys) {
    if (rest.length === 0) action(value, each);
    else visit((value as Record<string, unknown>)[each], rest, action);
  }
}

function remove(parent: Container, key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

function write(parent: Container, key: string, value: unknown): void {
  (parent as Record<string, unknown>)[key] = value;
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;
