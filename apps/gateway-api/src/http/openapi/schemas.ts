import { ACCESS_SCHEMAS } from './access-schemas.js';
import { AUTH_SCHEMAS } from './auth-schemas.js';
import { EVENT_SCHEMAS, MESSAGE_SCHEMAS } from './message-schemas.js';
import { PLACE_SCHEMAS } from './place-schemas.js';
import type { SchemaOf } from './schema-of.js';
import { VITALS_SCHEMAS } from './vitals-schemas.js';
import { WEBHOOK_SCHEMAS } from './webhook-schemas.js';

/** Every schema of the document by its name. */
export const SCHEMAS = {
  ...ACCESS_SCHEMAS,
  ...AUTH_SCHEMAS,
  ...PLACE_SCHEMAS,
  ...MESSAGE_SCHEMAS,
  ...EVENT_SCHEMAS,
  ...WEBHOOK_SCHEMAS,
  ...VITALS_SCHEMAS,
};

type Schemas = typeof SCHEMAS;
export type SchemaName = keyof Schemas;

/** The name of a schema, or such a name and `[]`: a list of it. */
export type AnswerName = SchemaName | `${SchemaName}[]`;

/** The type that a schema describes; of a schema without a type of its own: unknown. */
type Described<Name extends SchemaName> = Schemas[Name] extends SchemaOf<infer T> ? T : unknown;

/** What an endpoint returns that answers with this schema. */
export type AnswerOf<Name extends AnswerName> = Name extends SchemaName
  ? Described<Name>
  : Name extends `${infer Item extends SchemaName}[]`
    ? Described<Item>[]
    : never;
