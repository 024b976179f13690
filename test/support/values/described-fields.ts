import { randomUUID } from 'node:crypto';

/** The parts of a JSON Schema that are used here. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  minimum?: number;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

export type Schemas = Record<string, Schema>;

export function resolved(schema: Schema, schemas: Schemas): Schema {
  if (schema.$ref === undefined) return schema.allOf ? resolved(schema.allOf[0]!, schemas) : schema;
  const name = schema.$ref.split('/').at(-1)!;
  const found = schemas[name];
  if (!found) throw new Error(`the description has no schema ${name}`);
  return resolved(found, schemas);
}

const typeOf = ({ type }: Schema): string | undefined => (Array.isArray(type) ? type[0] : type);

/** A value that the schema accepts; `id` is used for every Discord id. */
export function validValue(given: Schema, schemas: Schemas, id: string): unknown {
  const schema = resolved(given, schemas);
  const [alternative] = schema.oneOf ?? schema.anyOf ?? [];
  if (alternative) return validValue(alternative, schemas, id);
  if (schema.enum) return schema.enum[0];
  switch (typeOf(schema)) {
    case 'integer':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return [validValue(schema.items ?? {}, schemas, id)];
    case 'object':
      return {};
    default:
      return validText(schema, id);
  }
}

function validText({ format, pattern = '' }: Schema, id: string): string {
  if (format === 'uuid') return randomUUID();
  if (format === 'uri') return 'http://127.0.0.1:1/hook';
  return pattern.includes('\\d') ? id : 'words';
}

/** The secret in the shape of the field, so that it is read and not only refused. */
export const plantedValue = (given: Schema, schemas: Schemas, secret: string): unknown => {
  const schema = resolved(given, schemas);
  if (schema.format === 'uri') return `http://127.0.0.1:1/${secret}`;
  return typeOf(schema) === 'array' ? [secret] : secret;
};

/**
 * An object with planted values for `only`, or for every property, and valid values for its other required properties.
 */
export function plantedObject(
  { properties = {}, required = [] }: Schema,
  schemas: Schemas,
  { id, where, only }: { id: string; where: string; only?: string },
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, schema]) => {
      if (only === undefined || name === only)
        return [[name, plantedValue(schema, schemas, `${where}-${name}`)]];
      return required.includes(name) ? [[name, validValue(schema, schemas, id)]] : [];
    }),
  );
}
