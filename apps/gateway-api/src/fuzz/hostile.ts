import fc from 'fast-check';

/** The parts of a JSON Schema that determine the allowed values. */
export interface Shape {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Shape>;
  items?: Shape;
  allOf?: Shape[];
  oneOf?: Shape[];
  anyOf?: Shape[];
}

/** Values that have broken servers before. */
const NOTORIOUS: unknown[] = [
  null,
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  '18446744073709551616',
  '9223372036854775808',
  '\u0000',
  '\ud800',
  "' OR 1=1 --",
  '${jndi:ldap://x}',
  '../../../etc/passwd',
  '<script>',
  '__proto__',
  '%00',
  'a'.repeat(5_000),
  0,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER,
  1e308,
  true,
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: { admin: true } },
  { toString: 'x' },
  { $gt: '' },
];

/** `known`: ids that exist here, including some that the caller may not see. `anyText`: text of every character. */
export class Hostile {
  readonly anything: fc.Arbitrary<unknown>;
  private readonly text: fc.Arbitrary<string>;

  constructor(
    private readonly known: readonly string[],
    anyText: fc.Arbitrary<string>,
    private readonly schemas: Readonly<Record<string, Shape>> = {},
  ) {
    this.text = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...known) },
      anyText,
      fc.constantFrom(...NOTORIOUS.filter((value) => typeof value === 'string')),
      fc.bigInt({ min: 0n, max: 2n ** 66n }).map(String),
    );
    this.anything = fc.oneof(
      fc.constantFrom(...NOTORIOUS),
      this.text,
      fc.integer(),
      fc.jsonValue({ maxDepth: 3 }),
    );
  }

  /** Mostly values that the schema allows, with an occasional error. */
  like(shape: Shape | undefined, depth = 0): fc.Arbitrary<unknown> {
    if (!shape || depth > 4) return this.anything;
    return fc.oneof({ weight: 5, arbitrary: this.valid(shape, depth) }, this.anything);
  }

  /** Text for a path or a query. */
  parameter(shape: Shape | undefined): fc.Arbitrary<string> {
    return this.like(shape).map((value) =>
      typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
    );
  }

  private valid(shape: Shape, depth: number): fc.Arbitrary<unknown> {
    const next = (inner: Shape | undefined) => this.like(inner, depth + 1);
    if (shape.$ref) return next(this.schemas[shape.$ref.split('/').at(-1)!]);
    const choices = shape.oneOf ?? shape.anyOf ?? shape.allOf;
    if (choices?.length) return fc.oneof(...choices.map(next));
    if (shape.enum) return fc.constantFrom(...shape.enum);
    switch (Array.isArray(shape.type) ? shape.type[0] : shape.type) {
      case 'object':
        return this.object(shape.properties ?? {}, next);
      case 'array':
        return fc.array(next(shape.items), { maxLength: 5 });
      case 'integer':
      case 'number':
        return fc.oneof(fc.integer({ min: 0, max: 200 }), fc.double());
      case 'boolean':
        return fc.boolean();
      default:
        return this.text;
    }
  }

  /** Some of the properties, and sometimes an unknown one. */
  private object(
    properties: Record<string, Shape>,
    next: (shape: Shape) => fc.Arbitrary<unknown>,
  ): fc.Arbitrary<object> {
    const named = fc.record(
      Object.fromEntries(Object.entries(properties).map(([name, shape]) => [name, next(shape)])),
      { requiredKeys: [] },
    );
    const strange = fc.dictionary(fc.string({ maxLength: 12 }), this.anything, { maxKeys: 1 });
    return fc.oneof(
      { weight: 4, arbitrary: named },
      fc.tuple(named, strange).map(([some, more]) => ({ ...some, ...more })),
    );
  }
}
