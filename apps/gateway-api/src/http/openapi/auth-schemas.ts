import {
  type AccessGrant,
  type AuditEntry,
  type AuthMethods,
  type Me,
  SERVICE_TOKEN_ROLES,
  type ServiceToken,
} from '@discord-relay/contracts';
import { FLAG, ID, list, object, orNull, type SchemaObject, TEXT, TIME, WHOLE } from './schema-of.js';

const UUID: SchemaObject = { type: 'string', format: 'uuid' };

const TOKEN_FIELDS = {
  id: UUID,
  name: TEXT,
  role: { type: 'string', enum: [...SERVICE_TOKEN_ROLES] } as SchemaObject,
  guilds: orNull(list(ID)),
  createdBy: TEXT,
  createdAt: TIME,
  expiresAt: TIME,
  revokedAt: orNull(TIME),
};

/** Of log-ins, of tokens for programs, and of who did what. */
export const AUTH_SCHEMAS = {
  AuthMethods: object<AuthMethods>(
    {
      local: { ...FLAG, description: 'Everybody is logged in who asks: a local stack only.' },
      discord: orNull({ ...TEXT, description: 'Where a browser goes to log in with Discord.' }),
      session: { ...FLAG, description: 'This browser has a log-in to go on with.' },
    },
    {},
  ),
  AccessGrant: object<AccessGrant>({ token: TEXT, expiresIn: { ...WHOLE, description: 'Seconds.' } }, {}),
  Me: object<Me>(
    { id: TEXT, role: TEXT, expiresAt: TIME },
    { username: TEXT, guilds: { ...list(ID), description: 'Those that the token is limited to.' } },
  ),
  ServiceToken: object<ServiceToken>(TOKEN_FIELDS, {}),
  NewServiceToken: object<ServiceToken & { token: string }>(
    { ...TOKEN_FIELDS, token: TEXT },
    {},
    'With the token itself, which nobody can show again.',
  ),
  AuditEntry: object<AuditEntry>(
    {
      id: ID,
      at: TIME,
      action: TEXT,
      actor: orNull(TEXT),
      address: orNull(TEXT),
      target: orNull(TEXT),
      code: orNull({ ...TEXT, description: 'Why it was refused; null: it was done.' }),
      requestId: orNull(TEXT),
      count: { ...WHOLE, description: 'How many times within a moment.' },
    },
    {},
  ),
} satisfies Record<string, SchemaObject>;
