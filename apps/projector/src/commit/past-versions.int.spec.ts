import { readdirSync, readFileSync } from 'node:fs';
import { EVENT_VERSIONS, type EventType } from '@discord-relay/contracts';
import { BatchStore, LeaseStore } from '../store/index.js';
import { createTables, type TestTables } from '../testing/tables.js';
import { decodeEntry } from './decode-entry.js';

const FIXTURES = new URL('../testing/fixtures/', import.meta.url);
const linesOf = (file: string) =>
  readFileSync(new URL(file, FIXTURES), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/** Decodes and folds the lines of a log, which are its sequences from 1 on. */
function decoded(lines: string[]) {
  return lines.map((line, i) => {
    const data = new TextEncoder().encode(line);
    const entry = { seq: i + 1, subject: 's', data, sizeBytes: data.byteLength, storedAtMs: 0, pending: 0 };
    const result = decodeEntry(entry);
    if (result.kind !== 'event') throw new Error(`line ${i + 1} is ${result.kind}`);
    return { seq: i + 1, ops: result.ops };
  });
}

describe('a log of a past version', () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await createTables();
  });
  beforeEach(() => tables.clear());
  afterAll(() => tables.close());

  const replay = async (file: string) => {
    const store = new BatchStore(tables.database, 10_000);
    const lease = (await new LeaseStore(tables.database, 'a', 10_000).claim(0))!;
    const events = decoded(linesOf(file));
    const lastSeq = events.length;
    const at = { lastSeq, lastStoredAt: null, streamCreatedAt: '2025-01-01T00:00:00Z' };
    await store.commit(lease, { events, parked: [], ...at });
  };
  const rows = (text: string) => tables.database.query(text);

  it('every past version of the log has a fixture', () => {
    const kept = new Set(
      readdirSync(FIXTURES).flatMap((file) =>
        linesOf(file).map((line) => {
          const { type, typeversion } = JSON.parse(line) as { type: EventType; typeversion: number };
          return `${type} ${typeversion}`;
        }),
      ),
    );
    for (const [type, today] of Object.entries(EVENT_VERSIONS))
      for (let past = 1; past < today; past++) expect(kept).toContain(`${type} ${past}`);
  });

  it('a log of a past version is projected into the rows of the current version: version 1', async () => {
    await replay('log-v1.jsonl');
    const none = { components: null, stickers: null, poll: null, mentions: null };
    const answer = { type: 'default', messageId: '2', channelId: '200', guildId: '100' };
    expect(
      await rows(
        `SELECT id, content, revision, deleted_at IS NOT NULL AS gone, components, stickers, poll, mentions, reference
         FROM messages ORDER BY id`,
      ),
    ).toEqual([
      { id: '1', content: 'edited', revision: 1, gone: false, ...none, reference: null },
      { id: '2', content: null, revision: 0, gone: true, ...none, reference: null },
      { id: '3', content: 'message 3', revision: 0, gone: false, ...none, reference: answer },
    ]);
    expect(await rows('SELECT id, name, left_at FROM guilds')).toEqual([
      { id: '100', name: 'a guild', left_at: null },
    ]);
    expect(await rows('SELECT id, name, deleted_at FROM channels')).toEqual([
      { id: '200', name: 'general', deleted_at: null },
    ]);
    expect(await rows('SELECT kind, seq FROM changes ORDER BY seq, kind')).toHaveLength(8);
  });

  it('a log of a past version without a list removes nothing that a current list would name', async () => {
    await rows(`INSERT INTO roles (id, guild_id, name, permissions, position, color, hoist, managed, mentionable, seq)
                VALUES (50, 100, 'a role', 0, 1, 0, false, false, false, 0)`);
    await replay('log-v1.jsonl');
    expect(await rows('SELECT deleted_at FROM roles')).toEqual([{ deleted_at: null }]);
  });
});
