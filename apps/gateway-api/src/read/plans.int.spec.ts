import { openTestPool, type TestDatabase } from '@discord-relay/local-stack';
import {
  PROJECTION_VERSION,
  projectionSchema,
  SEARCH_VECTOR,
  withSearchPath,
} from '@discord-relay/read-model';
import pg from 'pg';
import { GuildAccess } from '../access/guild-access.js';
import { createReadModelDatabase } from '../testing/read-model.js';
import { loadGuildAccess } from './access/load-guild-access.js';
import { loadMember } from './access/load-member.js';
import { feedHeads, readFeedTail, readGuildTail } from './changes.query.js';
import { findChannel, listChannels } from './channels.query.js';
import { listGaps } from './gaps.query.js';
import { findGuild, listGuilds, listGuildsAround } from './guilds.query.js';
import { findMembers } from './members.query.js';
import { exportRows } from './messages/export.query.js';
import { listReactions, listRevisions } from './messages/message-details.query.js';
import { findMessage, listMessages } from './messages/messages.query.js';
import type { Querying, Statement } from '../database/read-model.database.js';
import { listScheduledEvents } from './scheduled-events.query.js';
import { listRooms } from './rooms.query.js';
import { searchMessages } from './messages/search.query.js';
import { channelStatistics, hoursOfChannels, sumsOfChannels } from './statistics.query.js';
import { listThreads } from './threads.query.js';

/** Tables that grow with use: a query that reads a whole one becomes slower every day. */
const GROWING = [
  'messages',
  'changes',
  'reactions',
  'reaction_counts',
  'message_revisions',
  'feed_heads',
  'hourly_counts',
  'gaps',
  'members',
  'thread_members',
  'voice_states',
];

/** 40 guilds with 10 channels each, 60,000 messages; the first channel has more than half of them. */
const FILL = [
  `INSERT INTO guilds (id, name, available, seq) SELECT g, 'guild ' || g, true, g FROM generate_series(1, 40) g`,
  `INSERT INTO channels (id, guild_id, type, name, position, parent_id, seq)
   SELECT g * 100 + c, g, CASE WHEN c = 0 THEN 4 ELSE 0 END, 'channel', c,
          CASE WHEN c > 0 THEN g * 100 END, c
   FROM generate_series(1, 40) g, generate_series(0, 9) c`,
  `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, content, created_at, partial, seq,
                         created_seq, content_seq, deleted_at)
   SELECT n, 100 * g + 1, g, n % 500, 'someone', 'said ' || n, now(), false, n, n, n,
          CASE WHEN n % 20 = 0 THEN now() END
   FROM generate_series(1, 60000) n, LATERAL (SELECT CASE WHEN n % 2 = 0 THEN 1 ELSE 1 + n % 40 END AS g) of`,
  `INSERT INTO changes (guild_id, channel_id, feed, seq, prev, guild_prev, kind, body)
   SELECT guild_id, channel_id, 'c:' || channel_id, seq, 0, 0, 'message', '{}' FROM messages`,
  `INSERT INTO feed_heads (feed, seq, guild_id) SELECT 'c:' || id, seq, guild_id FROM channels
   UNION ALL SELECT 'a:' || id, seq, id FROM guilds UNION ALL SELECT 'x:' || n, n, 1 FROM generate_series(1, 5000) n`,
  `INSERT INTO reactions SELECT n, 'x', u, false, false, 1 FROM generate_series(1, 60000, 7) n, generate_series(1, 3) u`,
  `INSERT INTO reaction_counts SELECT message_id, emoji_key, count(*), 0 FROM reactions GROUP BY 1, 2`,
  `INSERT INTO message_revisions SELECT n, 0, 'was ' || n, NULL, n FROM generate_series(1, 60000, 3) n`,
  `INSERT INTO hourly_counts
   SELECT c.id, date_trunc('hour', now()) - h * interval '1 hour', c.guild_id, 1, 1, 1, 1
   FROM channels c, generate_series(1, 100) h`,
  `INSERT INTO scheduled_events (id, guild_id, name, status, starts_at, seq)
   SELECT n, 1 + n % 40, 'event', 1, now() + interval '1 day', n FROM generate_series(1, 4000) n`,
  `INSERT INTO gaps (gap_id, guild_id, seq) SELECT n, 1 + n % 40, n FROM generate_series(1, 4000) n`,
  `INSERT INTO members (guild_id, user_id, role_ids, seq) SELECT 1 + n % 40, n, '{}', n FROM generate_series(1, 20000) n`,
  `INSERT INTO voice_states (guild_id, user_id, channel_id, seq)
   SELECT 1 + n % 40, n, CASE WHEN n % 50 = 0 THEN 100 * (1 + n % 40) + 9 END, n FROM generate_series(1, 20000) n`,
  `INSERT INTO thread_members SELECT t, u, 1 FROM generate_series(101, 4001, 100) t, generate_series(1, 500) u`,
  `UPDATE channels SET type = 12 WHERE id % 100 = 1`,
  `UPDATE channels SET type = 2 WHERE id % 100 = 9`,
  `CREATE INDEX messages_search ON messages USING gin (${SEARCH_VECTOR}) WHERE deleted_at IS NULL`,
  'ANALYZE',
];

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Plan[];
}

const CHANNEL = '101';
const NOBODY_SPECIAL = { userIds: ['40', '80'], publicChannels: new Set<string>() };
const NO_GUILD = { id: '1', present: true, ownerId: null, seq: 0, roles: [], channels: [], members: [] };

const SPAN = { from: new Date(Date.now() - 36_000_000), to: new Date() };

const QUERIES: [string, (query: Querying) => Promise<unknown>][] = [
  ['the newest page of a channel', (query) => listMessages(query, CHANNEL, {}, 50)],
  ['a page further back', (query) => listMessages(query, CHANNEL, { before: '30000' }, 100)],
  ['a page further on', (query) => listMessages(query, CHANNEL, { after: '30000' }, 100)],
  ['a page around a message', (query) => listMessages(query, CHANNEL, { around: '30000' }, 100)],
  ['a message', (query) => findMessage(query, CHANNEL, '30002')],
  ['the revisions of a message', (query) => listRevisions(query, '30002')],
  ['the users who reacted', (query) => listReactions(query, '30002', { limit: 100 })],
  [
    'the users who reacted with an emoji',
    (query) => listReactions(query, '30002', { emoji: 'x', limit: 100 }),
  ],
  ['members by their ids', (query) => findMembers(query, '1', ['40', '80'])],
  ['rare words', (query) => searchMessages(query, { channelIds: [CHANNEL], text: '59998', limit: 50 })],
  [
    'the next rows of an export',
    (query) =>
      exportRows(query, {
        channelIds: [CHANNEL, '201', '301'],
        after: { channelId: CHANNEL, messageId: '30000' },
        limit: 1_000,
        withRevisions: true,
        withDetails: false,
      }),
  ],
  ['the threads of a channel', (query) => listThreads(query, CHANNEL, { archived: true }, 50)],
  ['the rooms of a guild', (query) => listRooms(query, '1')],
  ['the scheduled events of a guild', (query) => listScheduledEvents(query, '1')],
  ['the gaps of a guild', (query) => listGaps(query, '1', { limit: 50 })],
  ['the hours of a channel', (query) => channelStatistics(query, CHANNEL, SPAN)],
  ['the channels of a guild over a time', (query) => sumsOfChannels(query, ['101', '102'], SPAN)],
  ['the hours of a guild', (query) => hoursOfChannels(query, ['101', '102'], SPAN)],
  ['the changes of a guild', (query) => readGuildTail(query, '1', 59_000, 500)],
  ['the changes of a channel', (query) => readFeedTail(query, `c:${CHANNEL}`, 59_000, 500)],
  ['the heads of feeds', (query) => feedHeads(query, ['c:101', 'a:1'])],
  ['the channels of some guilds', (query) => listChannels(query, ['1', '2'])],
  ['one channel', (query) => findChannel(query, CHANNEL)],
  ['every guild', (query) => listGuilds(query, null)],
  ['the guilds of a user', (query) => listGuildsAround(query, '30', new Set(['101']))],
  ['the access rights in a guild', (query) => loadGuildAccess(query, '1', NOBODY_SPECIAL)],
  [
    'the access rights in one channel',
    (query) => loadGuildAccess(query, '1', { ...NOBODY_SPECIAL, channelIds: [CHANNEL] }),
  ],
  ['what decides about one member', (query) => loadMember(query, new GuildAccess(NO_GUILD, new Set()), '40')],
  ['one guild', (query) => findGuild(query, '1')],
];

describe('plans', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await createReadModelDatabase();
    const schema = projectionSchema(PROJECTION_VERSION);
    pool = openTestPool(withSearchPath(database.url, schema), 1);
    for (const statement of FILL) await pool.query(statement);
  }, 60_000);

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  /** Runs a query of this folder and records its statements. */
  async function statementsOf(run: (query: Querying) => Promise<unknown>): Promise<Statement[]> {
    const statements: Statement[] = [];
    await run({
      rows: async (statement) => {
        statements.push(statement);
        return (await pool.query({ text: statement.text, values: statement.values })).rows;
      },
    });
    return statements;
  }

  /** The plan of a connection that has used the statement often: for any values (`generic`), or for these. */
  async function planOf({ text, values }: Statement, mode: 'custom' | 'generic'): Promise<Plan[]> {
    await pool.query(`SET plan_cache_mode = force_${mode}_plan`);
    await pool.query(`PREPARE planned AS ${text}`);
    const literals = values.map(literal).join(', ');
    const { rows } = await pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `EXPLAIN (FORMAT JSON) EXECUTE planned(${literals})`,
    );
    await pool.query('DEALLOCATE planned');
    return nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan);
  }

  it.each(QUERIES)('the query for %s uses an index', async (_, run) => {
    const statements = await statementsOf(run);
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) {
      for (const mode of ['custom', 'generic'] as const) {
        const nodes = await planOf(statement, mode);
        const scanned = nodes.filter((node) => node['Node Type'].includes('Seq Scan'));
        const tables = scanned.map((node) => node['Relation Name']!.replace(/^changes_.*/, 'changes'));
        expect({ mode, tables: tables.filter((table) => GROWING.includes(table)) }).toEqual({
          mode,
          tables: [],
        });
      }
    }
  });

  it('the check of plans notices a scan: without its index, the page of a channel is one', async () => {
    const [statement] = await statementsOf(QUERIES[0]![1]);
    await pool.query('BEGIN');
    await pool.query('DROP INDEX messages_history');
    await pool.query('DROP INDEX messages_pinned');
    await pool.query('ALTER TABLE messages DROP CONSTRAINT messages_pkey');
    const nodes = await planOf(statement!, 'custom');
    await pool.query('ROLLBACK');
    expect(nodes.map((node) => node['Relation Name'])).toContain('messages');
    expect(nodes.some((node) => node['Node Type'] === 'Seq Scan')).toBe(true);
  });
});

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  return pg.escapeLiteral(Array.isArray(value) ? `{${value.join(',')}}` : String(value));
}
