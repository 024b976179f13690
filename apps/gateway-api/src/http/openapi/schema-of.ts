import type { OpenAPIObject } from '@nestjs/swagger';

export interface Reference {
  $ref: string;
}

export type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];
export type SchemaObject = Exclude<Schema, Reference>;

type Required<T> = { [K in keyof T as undefined extends T[K] ? never : K]: Schema };
type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]-?: Schema };

/** The schema of `T`: it compiles only when it names every field, and as optional those that are. */
export const object = <T>(
  required: Required<T>,
  optional: Optional<T>,
  description?: string,
): SchemaObject => ({
  type: 'object',
  ...(description && { description }),
  properties: { ...required, ...optional } as Record<string, Schema>,
  required: Object.keys(required),
});

export const ref = (name: string): Reference => ({ $ref: `#/components/schemas/${name}` });
export const list = (items: Schema): SchemaObject => ({ type: 'array', items });
export const orNull = (schema: Schema): SchemaObject => ({ oneOf: [schema, { type: 'null' }] });

export const ID: SchemaObject = { type: 'string', pattern: '^\\d{1,20}$' };
export const TIME: SchemaObject = { type: 'string', format: 'date-time' };
export const TEXT: SchemaObject = { type: 'string' };
export const WHOLE: SchemaObject = { type: 'integer' };
export const FLAG: SchemaObject = { type: 'boolean' };
export const SEQ: SchemaObject = { type: 'integer', description: 'Stream sequence: a cursor.' };
export const CURSOR: SchemaObject = { type: 'string', pattern: '^\\d{1,16}$' };
/** Whatever Discord says there. */
export const ANYTHING: SchemaObject = { type: 'object', additionalProperties: true };
