import type { Random } from '@discord-relay/local-stack';

export type Payload = Record<string, unknown>;
export type Path = readonly string[];

/** Marks an absent key. */
export const LEFT_OUT = Symbol('left out');

/** Types that Discord sends under none of the keys that are read. */
export const UNREADABLE: readonly unknown[] = [
  null,
  { odd: true },
  [[]],
  ['odd'],
  1.5,
  Number.MAX_VALUE,
  -1e300,
];

/** Keys whose null has a meaning: out of every room, no timeout. */
const NULL_SAYS = new Set<unknown>(['channel_id', 'communication_disabled_until']);

/** Every key and every element of a list, at any depth. */
export function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...at, key]));
  return at.length > 0 ? [at, ...inner] : inner;
}

/** Replaces or omits the value. A path that does not exist any more changes nothing. */
export function spoil(value: Payload, path: Path, put: unknown): void {
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Payload | undefined)?.[key], value);
  if (typeof parent !== 'object' || parent === null) return;
  const key = path.at(-1)!;
  if (put === null && NULL_SAYS.has(key)) return;
  // A list with one item less is a complete list, and an overwrite without a side has nothing on it.
  if (put !== LEFT_OUT) (parent as Payload)[key] = put;
  else if (!Array.isArray(parent) && key !== 'deny') delete (parent as Payload)[key];
}

/** Keys that decide access: few among many, so they are chosen more often. */
const RIGHTS = [
  ...['permission_overwrites', 'allow', 'deny', 'roles', 'permissions', 'owner_id', 'parent_id'],
  ...['channels', 'members', 'threads', 'communication_disabled_until'],
];

/** A copy in which up to five values are omitted or garbled, most often one that rights depend on. */
export function spoiltCopy(value: Payload, random: Random): Payload {
  const copy = structuredClone(value);
  const paths = pathsIn(value);
  const rights = RIGHTS.map((key) => paths.filter((path) => path.at(-1) === key));
  const choices = rights.filter(({ length }) => length > 0);
  for (let i = random.between(1, 5); i > 0; i--) {
    const path = random.pick(choices.length > 0 && random.next() < 0.5 ? random.pick(choices) : paths);
    spoil(copy, path, random.next() < 0.5 ? LEFT_OUT : random.pick(UNREADABLE));
  }
  return copy;
}
