import { type AuditEntry, SERVICE_TOKEN_ROLES, type ServiceToken } from '@discord-relay/contracts';
import { ID, list, object, orNull, type SchemaObject, TEXT, TIME, WHOLE } from './schema-of.js';

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

/** Of tokens for programs, and of who did what. */
export const AUTH_SCHEMAS: Record<string, SchemaObject> = {
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
};
