import { bytes, nullable, snowflake, snowflakes, text, time, uuid } from '../description/column.js';
import { defineTable } from '../description/table.js';

export const SESSIONS = defineTable({
  name: 'sessions',
  meaning:
    'A log-in with Discord and its chain of refresh tokens. Hashes are SHA-256; tokens are not stored.',
  key: ['id'],
  columns: {
    id: uuid('', { default: 'gen_random_uuid()' }),
    user_id: snowflake(),
    username: text(),
    avatar: nullable(text()),
    family_hash: bytes('Of the part that all refresh tokens of the session have in common.'),
    token_hash: bytes('Of the refresh token that is valid now.'),
    previous_hash: nullable(
      bytes('Of the previous refresh token: the response with its successor may have been lost.'),
    ),
    created_at: time('', { default: 'now()' }),
    rotated_at: time('', { default: 'now()' }),
    expires_at: time(),
    revoked_at: nullable(time()),
    revoked_why: nullable(
      text<'logout' | 'reuse'>('`reuse`: a refresh token was used twice, so somebody else has it too.'),
    ),
  },
  indexes: [
    { name: 'sessions_expiry', on: 'expires_at' },
    { name: 'sessions_revoked', on: 'revoked_at', where: 'revoked_at IS NOT NULL' },
  ],
  constraints: [
    'UNIQUE (family_hash)',
    "CHECK (revoked_why IN ('logout', 'reuse'))",
    'CHECK ((revoked_at IS NULL) = (revoked_why IS NULL))',
  ],
});

export const SERVICE_TOKENS = defineTable({
  name: 'service_tokens',
  meaning: 'A token that an admin created for a program.',
  key: ['id'],
  columns: {
    id: uuid('', { default: 'gen_random_uuid()' }),
    token_hash: bytes('SHA-256 of the token, which is not stored.'),
    name: text(),
    role: text<'admin' | 'analyst'>(),
    guilds: nullable(snowflakes('Guilds that the token is limited to; null: no limit.')),
    created_by: text(),
    created_at: time('', { default: 'now()' }),
    expires_at: time(),
    revoked_at: nullable(time()),
    revoked_by: nullable(text()),
  },
  indexes: [{ name: 'service_tokens_revoked', on: 'revoked_at', where: 'revoked_at IS NOT NULL' }],
  constraints: [
    'UNIQUE (token_hash)',
    "CHECK (role IN ('admin', 'analyst'))",
    'CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))',
  ],
});
