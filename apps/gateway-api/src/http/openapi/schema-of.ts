import type { OpenAPIObject } from '@nestjs/swagger';

export interface Reference {
  $ref: string;
}

export type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];
export type SchemaObject = Exclude<Schema, Reference>;

export const ref = (name: string): Reference => ({ $ref: `#/components/schemas/${name}` });
export const list = (items: Schema): SchemaObject => ({ type: 'array', items });

export const TEXT: SchemaObject = { type: 'string' };
