import type { ArchivedPart, ExportState } from '@discord-relay/contracts';
import {
  bigCount,
  int,
  json,
  nullable,
  snowflake,
  snowflakes,
  text,
  time,
  uuid,
} from '../description/column.js';
import { defineTable } from '../description/table.js';

/** A running export rewrites its row every second: free space on the page keeps those updates off the indexes (HOT). */
export const EXPORTS = defineTable({
  name: 'exports',
  meaning: 'An export that a user created over HTTP, its progress and its files, which are in `EXPORTS_DIR`.',
  key: ['id'],
  columns: {
    id: uuid('', { default: 'gen_random_uuid()' }),
    number: bigCount('The order of creation.', { generated: true }),
    user_id: text('The user or program that created it.'),
    role: text<'viewer' | 'analyst' | 'admin'>('That of the token that created it.'),
    guilds: nullable(snowflakes('Guilds that the token was limited to; null: no limit.')),
    credential: nullable(text('The session or service token; null: a token that cannot be revoked.')),
    rights_until: time('When the token expires; without effect on a session.'),
    guild_id: snowflake(),
    request: json<unknown>('What is exported, as the manifest says it.'),
    since: nullable(bigCount('Only rows that changed after this sequence; null: all.')),
    idempotency_key: nullable(text('`Idempotency-Key` of the request; null: none.')),
    store: uuid('The folder in which its files are: replicas with another one do not run it.'),
    state: text<ExportState>('', { default: "'queued'" }),
    units: nullable(
      json<string[]>(
        'Days or channels in their order, as in the state of `relay export`; null: not started.',
      ),
    ),
    progress: nullable(json<unknown>('Where it continues; null: not started.')),
    channel_ids: nullable(snowflakes('Channels with messages at the beginning; no others are exported.')),
    gaps: nullable(json<unknown>('Gaps of the exported time; null: not done.')),
    rows: bigCount('Exported messages, those of the file that is being written included.', { default: '0' }),
    total: nullable(bigCount('Expected number of messages.')),
    rows_per_s: nullable(int()),
    bytes: bigCount('Size of the complete files, and of the one that is being written.', { default: '0' }),
    attempts: int('Attempts since the last complete file.', { default: '0' }),
    due_at: time('Not run before this time.', { default: 'now()' }),
    error_code: nullable(text('Of the last attempt.')),
    error: nullable(text()),
    epoch: bigCount('The fence: every claim and every end increments it.', { default: '0' }),
    owner: nullable(text()),
    lease_until: nullable(time()),
    created_at: time('', { default: 'now()' }),
    started_at: nullable(time()),
    finished_at: nullable(time()),
    expires_at: nullable(time('When its files are deleted; null: not finished.')),
  },
  indexes: [
    { name: 'exports_number', on: 'number', unique: true },
    { name: 'exports_of_user', on: 'user_id, number' },
    // A user has one running export.
    { name: 'exports_running', on: 'user_id', where: "state = 'running'", unique: true },
    {
      name: 'exports_idempotency',
      on: 'user_id, idempotency_key',
      where: 'idempotency_key IS NOT NULL',
      unique: true,
    },
  ],
  storage: 'fillfactor = 50',
});

export const EXPORT_FILES = defineTable({
  name: 'export_files',
  meaning: 'A complete file of an export.',
  key: ['export_id', 'number'],
  columns: {
    export_id: uuid(),
    number: int('The order of the rows in the files, from 1.'),
    path: text('As in the manifest.'),
    rows: bigCount(),
    bytes: bigCount(),
    sha256: text('In hexadecimal digits.'),
    parts: nullable(
      json<ArchivedPart[]>('Channels and times of an HTML file, for `index.html`; null: another format.'),
    ),
    epoch: bigCount('The epoch of the lease that wrote it: each has its own folder.'),
  },
  constraints: ['FOREIGN KEY (export_id) REFERENCES exports ON DELETE CASCADE'],
});
