import { fileURLToPath } from 'node:url';
import type { z } from 'zod';

/** The part of zod's self-description that is read here. */
interface Definition {
  type: string;
  innerType?: Described;
  in?: Described;
  out?: Described;
}
interface Described {
  def: Definition;
  minValue?: number | null;
  maxValue?: number | null;
}

export type Kind = 'number' | 'choice' | 'text';

const NO_NUMBERS = ['seventeen', '10s', '1_000', '12,5', 'NaN', '-Infinity'];
const NO_CHOICES = ['zq-garbage', 'TRUE!', '2'];
const GARBAGE = [
  'zq-garbage\u0001',
  'zq-garbage',
  'zq garbage',
  'http://:zq',
  'ftp://planted-user:planted-password@host.example/path',
  '::zq',
  'zq,,zq',
  // A file where a folder belongs.
  fileURLToPath(import.meta.url),
];

/** The kind of values of a key, from the schema alone. */
export function kindOf(schema: z.ZodType): Kind {
  const { type } = leafOf(schema).def;
  if (type === 'number') return 'number';
  return type === 'enum' ? 'choice' : 'text';
}

/** Values of each wrong kind for a key: not a number, out of range, no such choice, garbage, a file. */
export function wrongValuesFor(schema: z.ZodType): string[] {
  const kind = kindOf(schema);
  if (kind === 'choice') return NO_CHOICES;
  if (kind === 'text') return GARBAGE;
  const { minValue, maxValue } = leafOf(schema);
  const bounds = [Number(minValue) - 1, Number(maxValue) + 1].filter(Number.isFinite);
  return [...NO_NUMBERS, ...bounds.map((bound) => BigInt(bound).toString())];
}

/** The schema of the input, below defaults and transformations. */
function leafOf(schema: z.ZodType): Described {
  let leaf = schema as unknown as Described;
  for (;;) {
    const { innerType, in: input, out } = leaf.def;
    const next = innerType ?? (out?.def.type === 'transform' ? input : (out ?? input));
    if (!next) return leaf;
    leaf = next;
  }
}
