import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstSnowflakeAt, type RestQueueStatistics } from '@discord-relay/contracts';
import { asTestAdmin, openTestClient, repositoryRoot } from '@discord-relay/local-stack';
import {
  activate,
  ANALYST_TABLES,
  createProjection,
  migrate,
  projectionSchema,
} from '@discord-relay/read-model';
import { startGateway, type TestGateway } from '../../apps/gateway-api/src/testing/gateway.js';
import { tokenFor } from '../../apps/gateway-api/src/testing/tokens.js';
import { CHANNEL, GUILD } from '../../apps/gateway-api/src/testing/world.js';
import { AnalystSession } from '../support/clients/analyst-session.js';
import { DuckFolder } from '../support/clients/duck-folder.js';
import {
  FIRST_MS,
  messageId,
  moveHead,
  STEP_MS,
  tempFolder,
  writeHistory,
} from '../support/stacks/export-world.js';
import { relayInProcess } from '../support/clients/relay-in-process.js';
import { plainRows } from '../support/values/plain-row.js';

/** SQLSTATEs. */
const INSUFFICIENT_PRIVILEGE = '42501';
const READ_ONLY_TRANSACTION = '25006';

/** A forum post, opened between messages 3 and 4. */
const THREAD = firstSnowflakeAt(FIRST_MS + 3.5 * STEP_MS);
const MESSAGES = 60;
const STAFF_ROLE = '60';
const STAFF = 105;
const OPENER = 104;

const page = readFileSync(join(repositoryRoot, 'docs/analytics.md'), 'utf8');

/** The statements below a heading of the page, by the name of the database above them. */
function statementsOf(section: string): Record<string, string> {
  const found = section.matchAll(/^(Postgres|DuckDB):\n\n```sql\n(.+?)```/gms);
  return Object.fromEntries([...found].map(([, database, sql]) => [database!, sql!]));
}

/** The questions of the page by their headings. */
const questions = new Map(
  page
    .slice(page.indexOf('## Questions'))
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.split('\n', 1)[0]!, statementsOf(section)]),
);

/** A block of SQL of the page, by its beginning. */
const blockOf = (beginning: string): string => {
  const block = [...page.matchAll(/```sql\n(.+?)```/gs)]
    .map(([, sql]) => sql!)
    .find((sql) => sql.startsWith(beginning));
  if (block === undefined) throw new Error(`the page has no block that begins with ${beginning}`);
  return block;
};

type Rows = Record<string, unknown>[];

/** What the rows of {@link writeRows} answer, in both databases. */
const ANSWERS: Record<string, (rows: Rows) => void> = {
  'Busiest hours': (rows) =>
    expect(rows).toEqual([
      { hour: 0, messages: 58, authors: 50 },
      { hour: 1, messages: 2, authors: 2 },
    ]),
  'Messages per day and channel': (rows) =>
    expect(rows).toContainEqual({ day: '2026-01-01', channel_name: 'manual?', messages: 2 }),
  'Most active people, without applications': (rows) => {
    expect(rows).toHaveLength(10);
    expect(rows[0]).toEqual({ author_id: 101, name: 'user 1', messages: 3 });
  },
  'Response times to replies': (rows) => expect(rows).toEqual([{ median_s: 120, replies: 1 }]),
  'First answers in threads': (rows) => expect(rows).toEqual([{ threads: 1, answered: 1, median_s: 60 }]),
  'Response times of the support queue': (rows) =>
    expect(rows).toEqual([{ opened: 1, responded: 1, median_s: 90 }]),
  'Edit rates': (rows) =>
    expect(rows).toContainEqual({ channel_name: 'manual?', messages: 2, edited: 1, percent: 50 }),
  'What edits changed': (rows) =>
    expect(rows).toEqual([{ id: messageId(5), first_text: 'before', content: 'text 5' }]),
  'Most used reactions': (rows) =>
    expect(rows).toEqual([
      { emoji: '👍', uses: 3 },
      { emoji: '🎉', uses: 1 },
    ]),
  'Retention of threads': (rows) =>
    expect(rows).toEqual([{ parent_id: Number(CHANNEL), threads: 1, mean_days: 0, longest_days: 0 }]),
  'Gap coverage': (rows) =>
    expect(rows).toEqual([
      {
        gap: 'gap-1',
        from: '2026-01-01T00:10:00.000Z',
        to: '2026-01-01T00:20:00.000Z',
        messages_inside: 10,
      },
    ]),
  'Deleted messages': (rows) =>
    expect(rows).toEqual([
      { id: messageId(58), channel_name: 'general', deleted_at: '2026-01-02T00:00:00.000Z' },
    ]),
};

/** Selects the active projection. */
const ACTIVE = blockOf('SELECT set_config');

const FOR_POSTGRES_ONLY = ['Response times of the support queue'];

/** In an order that does not depend on the database: each sorts texts in its own way. */
const unordered = (rows: Rows): string[] => rows.map((row) => JSON.stringify(row)).sort();

describe('docs/analytics.md', () => {
  let gateway: TestGateway;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let duck: DuckFolder;
  let analyst: AnalystSession;
  const role = { name: `analyst_${randomBytes(6).toString('hex')}`, password: 'change me' };

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
    await duck.rows(blockOf('CREATE VIEW messages'));
    await createRole();
    analyst = await AnalystSession.open(gateway.databaseLine.url, role);
    await analyst.rows(ACTIVE);
  }, 180_000);

  afterAll(async () => {
    await analyst?.close();
    duck?.close();
    await folder?.remove();
    await gateway?.stop();
    await asTestAdmin(`DROP ROLE IF EXISTS ${role.name}`);
  });

  /** As the page says, with another name: databases of other tests are on the same server. The group may exist already. */
  async function createRole(): Promise<void> {
    const [group, ...statements] = blockOf('CREATE ROLE').trim().split('\n');
    await asTestAdmin(group!).catch((error: { code?: string }) => expect(error.code).toBe('42710'));
    await asTestAdmin(...statements.map((sql) => sql.replace(/\bada\b/, role.name)));
    await migrate(gateway.databaseLine.url);
  }

  /** Messages 4 and 5 are a thread: message 5 answers 4 and was edited; message 9 replies to 7, the one before in its channel. */
  async function writeRows(): Promise<void> {
    const { world } = gateway;
    await writeHistory(world, MESSAGES);
    await world.query(
      `INSERT INTO channels (id, guild_id, type, name, parent_id, owner_id, archived, overwrites, seq)
       VALUES ($1, $2, 11, 'manual?', $3, $4, false, '[]', 0)`,
      [THREAD, GUILD, CHANNEL, OPENER],
    );
    await world.query(
      `INSERT INTO roles (id, guild_id, name, permissions, seq) VALUES ($1, $2, 'staff', 0, 0)`,
      [STAFF_ROLE, GUILD],
    );
    await world.query(
      `INSERT INTO members (guild_id, user_id, role_ids, seq) VALUES ($1, $2, ARRAY[$3::bigint], 0)`,
      [GUILD, STAFF, STAFF_ROLE],
    );
    await world.query(
      `INSERT INTO relay.queue_settings (guild_id, staff_role_ids, channel_ids, message_channel_ids, solved_tag_ids,
         solved_when_archived, revision, updated_by, updated_at)
       VALUES ($1, ARRAY[$2::bigint], ARRAY[$3::bigint], '{}', '{}', true, 1, 'boss', now())`,
      [GUILD, STAFF_ROLE, CHANNEL],
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

  it('every question of the page is tested, and is answered for both databases unless the page says otherwise', () => {
    expect([...questions.keys()].sort()).toEqual(Object.keys(ANSWERS).sort());
    for (const [name, statements] of questions)
      expect([name, Object.keys(statements)]).toEqual([
        name,
        FOR_POSTGRES_ONLY.includes(name) ? ['Postgres'] : ['Postgres', 'DuckDB'],
      ]);
  });

  it.each(Object.entries(ANSWERS))(
    '"%s" has one right answer in Postgres and DuckDB',
    async (name, expectAnswer) => {
      const { Postgres: forPostgres, DuckDB: forDuck } = questions.get(name)!;
      const fromPostgres = plainRows(await analyst.rows(forPostgres!));
      expectAnswer(fromPostgres);
      if (forDuck === undefined) return;
      const fromDuck = plainRows(await duck.rows(forDuck));
      expectAnswer(fromDuck);
      expect(unordered(fromPostgres)).toEqual(unordered(fromDuck));
    },
  );

  it('the response times of the support queue are those that the API gives', async () => {
    const url = `${gateway.url}/api/v1/guilds/${GUILD}/queue/statistics?from=2026-01-01&to=2026-01-02`;
    const headers = { authorization: `Bearer ${await tokenFor({ role: 'analyst' })}` };
    const { total } = (await (await fetch(url, { headers })).json()) as RestQueueStatistics;
    const { opened, responded, firstResponseMedianS: median_s } = total;
    const [row] = plainRows(
      await analyst.rows(questions.get('Response times of the support queue')!.Postgres!),
    );
    expect(row).toEqual({ opened, responded, median_s });
  });

  describe('the read-only role', () => {
    it('the role reads the tables that the page names, and no secrets', async () => {
      const readable = await analyst.rows(
        `SELECT format('%s.%s', schemaname, tablename) AS name FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
               AND has_schema_privilege(schemaname::text, 'USAGE')
               AND has_any_column_privilege(format('%I.%I', schemaname, tablename), 'SELECT')`,
      );
      const expected = [
        ...ANALYST_TABLES.map((table) => `projection_v1.${table}`),
        'relay.projections',
        'relay.queue_settings',
      ];
      expect(readable.map(({ name }) => name).sort()).toEqual(expected.sort());
      for (const table of ['service_tokens', 'sessions', 'webhook_endpoints', 'audit'])
        expect(await analyst.refusalOf(`SELECT FROM relay.${table}`)).toBe(INSUFFICIENT_PRIVILEGE);
      for (const table of ['changes', 'parked'])
        expect(await analyst.refusalOf(`SELECT FROM projection_v1.${table}`)).toBe(INSUFFICIENT_PRIVILEGE);
    });

    it('the role writes nothing, even in a transaction that may write', async () => {
      expect(await analyst.refusalOf('DELETE FROM messages')).toBe(READ_ONLY_TRANSACTION);
      await analyst.rows('SET default_transaction_read_only = off');
      for (const sql of [
        'DELETE FROM messages',
        'UPDATE relay.projections SET active = true',
        'CREATE TABLE relay.x ()',
      ])
        expect(await analyst.refusalOf(sql)).toBe(INSUFFICIENT_PRIVILEGE);
      await analyst.rows('RESET default_transaction_read_only');
    });

    it('the role reads the new projection after a rebuild and a switch, without another grant', async () => {
      const url = gateway.databaseLine.url;
      const { version } = await createProjection(url);
      const client = await openTestClient(url);
      await activate(client, version);
      const schema = projectionSchema(version);
      await client.query(
        `INSERT INTO ${schema}.guilds (id, name, available, seq) VALUES (1, 'New', true, 0)`,
      );
      await client.end();
      const session = await AnalystSession.open(url, role);
      await session.rows(ACTIVE);
      expect(await session.rows('SELECT name FROM guilds')).toEqual([{ name: 'New' }]);
      expect(await session.refusalOf('SELECT FROM changes')).toBe(INSUFFICIENT_PRIVILEGE);
      await session.close();
    });
  });
});
