// JSON Schemas of types, for the generated pages.
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { root } from '../build/files.mjs';

const REF = '#/definitions/';
const COMPONENT = '#/components/schemas/';

/** Generates the JSON Schema of a type that the file exports, with those of all types that it uses. */
export const schemasOfTypes = (file) =>
  createGenerator({
    path: join(root, file),
    tsconfig: join(root, 'tsconfig.json'),
    topRef: false,
    expose: 'export',
    jsDoc: 'extended',
    skipTypeCheck: true,
    // Clients must accept fields that a later version adds.
    additionalProperties: true,
  });

/** A definition that is written as another schema wherever it is used. */
const REPLACED = {
  JsonObject: { type: 'object', additionalProperties: true },
  ErrorCode: { type: 'string' },
  Unrecoverable: { type: 'string' },
};

/** Collects schemas as components under names, and writes references to them as OpenAPI and AsyncAPI do. */
export class Components {
  components = {};

  /**
   * @param nameOf the name of a definition's component; undefined: it is inlined
   * @param ignoresBeside whether keywords beside a reference are ignored, as in JSON Schema draft 7 and so in AsyncAPI
   */
  constructor(definitions, nameOf, { ignoresBeside = false } = {}) {
    this.definitions = definitions;
    this.nameOf = nameOf;
    this.ignoresBeside = ignoresBeside;
  }

  of(schema) {
    if (Array.isArray(schema)) return schema.map((item) => this.of(item));
    if (typeof schema !== 'object' || schema === null) return schema;
    if (typeof schema.$ref === 'string') return this.reference(schema);
    const { const: only, ...rest } = schema;
    const keywords = only === undefined ? rest : { ...rest, enum: [only] };
    return Object.fromEntries(
      Object.entries(keywords).map(([key, value]) => [key, this.keyword(key, value)]),
    );
  }

  keyword(key, value) {
    if (key === 'type') return integers(value);
    if (key !== 'properties') return this.of(value);
    return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, this.of(schema)]));
  }

  reference({ $ref, ...beside }) {
    const definition = decodeURIComponent($ref.slice(REF.length));
    const name = this.nameOf(definition);
    if (name === undefined) {
      const { description, ...schema } = REPLACED[definition] ?? this.of(this.definitions[definition]);
      // A format needs no description.
      const isDescribed = description && !schema.pattern && !schema.format;
      return { ...schema, ...(isDescribed && { description }), ...beside };
    }
    this.add(name, this.definitions[definition]);
    const component = { $ref: COMPONENT + name };
    if (this.ignoresBeside && Object.keys(beside).length > 0) return { allOf: [component], ...beside };
    return { ...component, ...beside };
  }

  add(name, schema) {
    if (name in this.components) return;
    this.components[name] = {};
    this.components[name] = this.of(schema);
  }
}

/** Every number in contracts is an integer. */
const integers = (type) => (Array.isArray(type) ? type.map(integers) : type === 'number' ? 'integer' : type);
