import type { OpenAPIObject } from '@nestjs/swagger';

export interface Reference {
  $ref: string;
}

export type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];
export type SchemaObject = Exclude<Schema, Reference>;

type Required<T> = { [K in keyof T as undefined extends T[K] ? never : K]: Schema };
type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]-?: Schema };

declare const TYPE: unique symbol;

/** A schema that describes values of `T`. */
export type SchemaOf<T> = SchemaObject & { readonly [TYPE]?: T };

/** The schema of `T`. Compiles only when it names every field of `T`, and exactly the optional ones as optional. */
export const object = <T>(
  required: Required<T>,
  optional: Optional<T>,
  description?: string,
): SchemaOf<T> => ({
  type: 'object',
  ...(description && { description }),
  properties: { ...required, ...optional } as Record<string, Schema>,
  required: Object.keys(required),
});

/** A schema with alternatives; `T` is the union of their types. */
export const oneOf = <T>(...alternatives: Schema[]): SchemaOf<T> => ({ oneOf: alternatives });

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
