import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../../apps/gateway-api/src/testing/gateway.js';
import { tokenFor } from '../../apps/gateway-api/src/testing/tokens.js';
import { CHANNEL, GUILD } from '../../apps/gateway-api/src/testing/world.js';
import { DuckFolder } from '../support/clients/duck-folder.js';
import { messageId, moveHead, tempFolder, writeHistory } from '../support/stacks/export-world.js';
import { relayInProcess } from '../support/clients/relay-in-process.js';

const THREAD = '3001';
const MESSAGES = 60;

/** The statements of the page by the headings above them. */
const questions = (): Map<string, string> => {
  const page = readFileSync(join(repositoryRoot, 'docs/analytics.md'), 'utf8');
  return new Map(
    [...page.matchAll(/^### ([^\n]+)\n[^#]*?```sql\n(.+?)```/gms)].map(([, name, sql]) => [name!, sql!]),
  );
};

/** The statement before the questions. */
const view = (): string =>
  /```sql\n(CREATE VIEW .+?)```/s.exec(readFileSync(join(repositoryRoot, 'docs/analytics.md'), 'utf8'))![1]!;

/** What the rows of {@link writeRows} answer. */
const ANSWERS: Record<string, (rows: Record<string, unknown>[]) => void> = {
  'Busiest hours': (rows) =>
    expect(rows).toEqual([
      { hour: '0', messages: '58', authors: '50' },
      { hour: '1', messages: '2', authors: '2' },
    ]),
  'Messages per day and channel': (rows) =>
    expect(rows).toContainEqual({ day: '2026-01-01', channel_name: 'manual?', messages: '2' }),
  'Most active people, without applications': (rows) => {
    expect(rows).toHaveLength(10);
    expect(rows[0]).toEqual({ author_id: '101', name: 'user 1', messages: '3' });
  },
  'Response times to replies': (rows) => expect(rows).toEqual([{ median_s: 120, replies: '1' }]),
  'First answers in threads': (rows) => expect(rows).toEqual([{ threads: '1', answered: '1', median_s: 60 }]),
  'Edit rates': (rows) =>
    expect(rows).toContainEqual({ channel_name: 'manual?', messages: '2', edited: '1', percent: 50 }),
  'What edits changed': (rows) =>
    expect(rows).toEqual([{ id: messageId(5), first_text: 'before', content: 'text 5' }]),
  'Most used reactions': (rows) =>
    expect(rows).toEqual([
      { emoji: '👍', uses: '3' },
      { emoji: '🎉', uses: '1' },
    ]),
  'Retention of threads': (rows) =>
    expect(rows).toEqual([{ parent_id: CHANNEL, threads: '1', mean_days: 0, longest_days: '0' }]),
  'Gap coverage': (rows) => expect(rows).toMatchObject([{ gap: 'gap-1', messages_inside: '10' }]),
  'Deleted messages': (rows) =>
    expect(rows).toEqual([
      { id: messageId(58), channel_name: 'general', deleted_at: '2026-01-02 00:00:00+00' },
    ]),
};

describe('docs/analytics.md', () => {
  let gateway: TestGateway;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let duck: DuckFolder;

  beforeAll(async () => {
    gateway = await startGateway({ HTTP_REQUESTS_PER_S: '1000' });
    folder = await tempFolder();
    await writeRows();
    const env = { RELAY_URL: gateway.url, RELAY_TOKEN: await tokenFor({ role: 'analyst' }) };
    const args = [
      'export',
      '--guild',
      GUILD,
      '--out',
      join(folder.path, 'out'),
      '--format',
      'parquet',
      '--append',
    ];
    expect(await relayInProcess(env, args)).toMatchObject({ code: 0 });
    await deleteOne();
    expect(await relayInProcess(env, args)).toMatchObject({ code: 0 });
    duck = await DuckFolder.open(join(folder.path, 'out'));
    await duck.rows(view());
  }, 180_000);

  afterAll(async () => {
    duck?.close();
    await folder?.remove();
    await gateway?.stop();
  });

  /** Messages 4 and 5 are a thread: message 5 answers 4 and was edited; message 9 replies to 7, the one before in its channel. */
  async function writeRows(): Promise<void> {
    const { world } = gateway;
    await writeHistory(world, MESSAGES);
    await world.query(
      `INSERT INTO channels (id, guild_id, type, name, parent_id, archived, overwrites, seq)
       VALUES ($1, $2, 11, 'manual?', $3, false, '[]', 0)`,
      [THREAD, GUILD, CHANNEL],
    );
    await world.query(`UPDATE messages SET channel_id = $1 WHERE seq IN (4, 5)`, [THREAD]);
    await world.query(`UPDATE messages SET revision = 1 WHERE seq = 5`);
    await world.query(`INSERT INTO message_revisions VALUES ($1, 0, 'before', NULL, 5)`, [messageId(5)]);
    await world.query(`UPDATE messages SET author_id = 101, author_username = 'user 1' WHERE seq = 60`);
    const reference = { type: 'default', messageId: messageId(7), channelId: CHANNEL, guildId: GUILD };
    await world.query(`UPDATE messages SET reference = $1 WHERE seq = 9`, [reference]);
    await world.query(
      `INSERT INTO reaction_counts VALUES ($1, '👍', 2, 0), ($2, '👍', 1, 0), ($2, '🎉', 1, 0)`,
      [messageId(8), messageId(10)],
    );
    await world.query(
      `INSERT INTO gaps (gap_id, guild_id, cause, opened_at, from_time, to_time, seq)
       VALUES ('gap-1', $1, 'session_lost', '2026-01-01T00:10Z', '2026-01-01T00:10Z', '2026-01-01T00:20Z', 5)`,
      [GUILD],
    );
  }

  /** And a new one is written. */
  async function deleteOne(): Promise<void> {
    const { world } = gateway;
    await world.query(
      `UPDATE messages SET deleted_at = '2026-01-02T00:00Z', content = NULL, author_id = NULL, author_username = NULL, seq = 61 WHERE seq = 58`,
    );
    await world.query(
      `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, content, created_at, partial, created_seq, seq)
       SELECT $1, channel_id, guild_id, 900, 'application', 'text', created_at + interval '1 minute', false, 62, 62
       FROM messages WHERE seq = 60`,
      [messageId(61)],
    );
    await moveHead(world, 62);
  }

  it('every question of the page is tested', () => {
    expect([...questions().keys()].sort()).toEqual(Object.keys(ANSWERS).sort());
  });

  it.each(Object.entries(ANSWERS))(
    'the statement of "%s" gives the right answer in DuckDB',
    async (name, expectAnswer) => {
      expectAnswer(await duck.rows(questions().get(name)!));
    },
  );
});
