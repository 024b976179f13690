import {
  EXPORT_COLUMNS,
  firstSnowflakeAt,
  type RestExportPage,
  type RestExportSize,
} from '@discord-relay/contracts';
import { Documented } from '../../testing/documented.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, FAR_CHANNEL, GUILD, OTHER_CHANNEL, VIEWER } from '../../testing/world.js';

const ANALYST = { role: 'analyst' };
const VIEWING = { role: 'viewer', sub: VIEWER };
const FIRST_MS = Date.parse('2026-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const MESSAGES = 100;
const ATTACHMENT = {
  ...{ id: '1', filename: 'a.png', contentType: 'image/png', sizeBytes: 3, url: 'https://cdn.example/a.png' },
  ...{ width: null, height: null },
};

let gateway: TestGateway;
let documented: Documented;

/** Message n was written n hours after the first, with the sequence n; every third in the other channel. */
const idOf = (n: number): string => firstSnowflakeAt(FIRST_MS + n * HOUR_MS);

beforeAll(async () => {
  gateway = await startGateway({ HTTP_REQUESTS_PER_S: '1000' });
  const { world } = gateway;
  documented = Documented.of(await (await fetch(`${gateway.url}/api/openapi.json`)).json());
  for (let n = 1; n <= MESSAGES; n++)
    await world.query(
      `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, author, content, created_at, type,
                             partial, revision, created_seq, content_seq, seq, reference, attachments)
       VALUES ($1, $2, $3, $4, 'ada', '{"bot": true}', $5, $6, 0, false, 0, $7, $7, $7, $8, $9)`,
      [
        idOf(n),
        n % 3 === 0 ? OTHER_CHANNEL : CHANNEL,
        GUILD,
        n % 2 === 0 ? '8' : '9',
        n % 10 === 0 ? `tenth "${n}"\n` : `text ${n}`,
        new Date(FIRST_MS + n * HOUR_MS),
        n,
        n === 4 ? { type: 'default', messageId: idOf(1), channelId: CHANNEL, guildId: GUILD } : null,
        n === 5 ? JSON.stringify([ATTACHMENT]) : '[]',
      ],
    );
  await world.query(`UPDATE messages SET revision = 1, edited_at = $2, seq = 200 WHERE id = $1`, [
    idOf(7),
    new Date(FIRST_MS),
  ]);
  await world.query(`INSERT INTO message_revisions VALUES ($1, 0, 'was different', NULL, 7)`, [idOf(7)]);
  await world.query(`INSERT INTO reaction_counts VALUES ($1, '👍', 2, 1)`, [idOf(8)]);
  await world.query(`INSERT INTO feed_heads (feed, seq, guild_id) VALUES ('a:${GUILD}', 200, $1)`, [GUILD]);
  await world.write(FAR_CHANNEL, '200' as never, 'in another guild');
});

afterAll(() => gateway.stop());

async function get(path: string, claims: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { authorization: `Bearer ${await tokenFor({ ...claims })}` };
  const response = await fetch(`${gateway.url}/api/v1/${path}`, { headers });
  const body = (await response.json()) as Record<string, unknown>;
  expect(documented.problemsOf(`/api/v1/${path}`, response.status, body)).toEqual([]);
  return { status: response.status, body };
}

async function page(query: string, claims: object = ANALYST): Promise<RestExportPage> {
  const { status, body } = await get(`export/messages?guild=${GUILD}&${query}`, claims);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as unknown as RestExportPage;
}

async function size(query: string, claims: object = ANALYST): Promise<RestExportSize> {
  const { status, body } = await get(`export/size?guild=${GUILD}&${query}`, claims);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as unknown as RestExportSize;
}

/** All rows of a query as objects, and how many pages they took. */
async function all(query: string, claims: object = ANALYST): Promise<Record<string, unknown>[]> {
  const rows: unknown[][] = [];
  for (let after = ''; ;) {
    const next = await page(`${query}${after}`, claims);
    rows.push(...next.rows);
    if (next.next === null) break;
    after = `&after=${next.next}`;
  }
  return rows.map((row) => Object.fromEntries(EXPORT_COLUMNS.map(({ name }, i) => [name, row[i]])));
}

const idsOf = async (query: string, claims?: object): Promise<unknown[]> =>
  (await all(query, claims)).map(({ id }) => id);

const numbers = (matches: (n: number) => boolean): number[] =>
  Array.from({ length: MESSAGES }, (_, i) => i + 1).filter(matches);
/** Channels are ordered by id, and so are the messages of each. */
const inOrder = (matches: (n: number) => boolean): string[] =>
  [...numbers((n) => n % 3 !== 0 && matches(n)), ...numbers((n) => n % 3 === 0 && matches(n))].map(idOf);

describe('the rows of an export', () => {
  it('a request for details gets the author, the users of reactions and the names around as a last column', async () => {
    const { world } = gateway;
    await world.query(
      `INSERT INTO reactions (message_id, emoji_key, user_id, burst, seq)
       VALUES ($1, '👍', 8, false, 1), ($1, '👍', 8, true, 1), ($1, '👍', 7, false, 1)`,
      [idOf(8)],
    );
    const { columns, rows } = await page('limit=100&details=true');
    expect(columns.at(-1)).toBe('details');
    const details = new Map(rows.map((row) => [row[0], row.at(-1)]));
    expect(details.get(idOf(8))).toMatchObject({
      author: { bot: true },
      guildName: expect.any(String),
      reactions: [{ emoji: '👍', userIds: ['7', '8'] }],
    });
    expect(details.get(idOf(1))).toMatchObject({ reactions: null });
  });

  it.each([1, 7, 33, 100, 5_000])(
    'pages of %d rows give every message once, in the order of channels and ids',
    async (limit) => {
      expect(await idsOf(`limit=${limit}`)).toEqual(inOrder(() => true));
    },
  );

  it('a row has the columns that are documented', async () => {
    const { columns, seq } = await page('limit=1');
    expect({ columns, seq }).toEqual({ columns: EXPORT_COLUMNS.map(({ name }) => name), seq: 200 });
    const rows = new Map((await all('limit=50')).map((row) => [row.id, row]));
    expect(rows.get(idOf(1))).toEqual({
      id: idOf(1),
      guild_id: GUILD,
      channel_id: CHANNEL,
      channel_name: 'general',
      channel_type: 0,
      parent_id: null,
      author_id: '9',
      author_name: 'ada',
      author_bot: true,
      webhook_id: null,
      created_at: '2026-01-01T01:00:00.000Z',
      edited_at: null,
      deleted_at: null,
      type: 0,
      flags: null,
      pinned: null,
      content: 'text 1',
      revision: 0,
      earlier_contents: null,
      reply_to: null,
      reaction_count: 0,
      reactions: null,
      attachments: null,
      embeds: null,
      components: null,
      stickers: null,
      poll: null,
      poll_votes: null,
      mentions: null,
      reference: null,
      seq: 1,
    });
    expect(rows.get(idOf(4))).toMatchObject({ reply_to: idOf(1), reference: { type: 'default' } });
    expect(rows.get(idOf(5))).toMatchObject({ attachments: [ATTACHMENT] });
    expect(rows.get(idOf(8))).toMatchObject({
      reaction_count: 2,
      reactions: [{ emoji: '👍', count: 2, burst_count: 1 }],
    });
    expect(rows.get(idOf(10))).toMatchObject({ content: 'tenth "10"\n' });
    expect(rows.get(idOf(7))).toMatchObject({
      revision: 1,
      earlier_contents: [{ revision: 0, content: 'was different', edited_at: null, seq: 7 }],
    });
  });

  it('an export ends a page early when its messages are large, and loses none', async () => {
    const { world } = gateway;
    const large = idOf(50);
    // Does not compress, so that its size in the database is that of its text.
    await world.query(
      `UPDATE messages SET embeds = (SELECT jsonb_build_array(string_agg(md5(n::text), '')) FROM generate_series(1, 140000) n)
       WHERE id = $1`,
      [large],
    );
    const first = await page('limit=5000');
    expect(first.next).toBe(`${CHANNEL}:${large}`);
    expect(await idsOf('limit=5000')).toEqual(inOrder(() => true));
    await world.query('UPDATE messages SET embeds = NULL WHERE id = $1', [large]);
  });
});

describe('the filters of an export', () => {
  const after = new Date(FIRST_MS + 20 * HOUR_MS).toISOString();
  const before = new Date(FIRST_MS + 40 * HOUR_MS).toISOString();

  it.each([
    ['all', '', () => true],
    ['an author', 'author=8', (n: number) => n % 2 === 0],
    ['words', 'q=tenth', (n: number) => n % 10 === 0],
    ['attachments', 'has=attachment', (n: number) => n === 5],
    ['a time', `from=${after}&to=${before}`, (n: number) => n >= 20 && n < 40],
    ['a channel', `channels=${OTHER_CHANNEL}`, (n: number) => n % 3 === 0],
    ['two channels', `channels=${OTHER_CHANNEL},${CHANNEL}`, () => true],
    ['an author and a time', `author=9&from=${after}`, (n: number) => n % 2 === 1 && n >= 20],
    ['a sequence', 'until=30', (n: number) => n <= 30],
  ])('%s: rows, size and search agree', async (_, filter, matches) => {
    const expected = inOrder(matches);
    expect(await idsOf(`${filter}&limit=9`)).toEqual(expected);
    const { rows, channels, days, seq } = await size(filter);
    expect({ rows, seq }).toEqual({ rows: expected.length, seq: 200 });
    for (const counts of [channels, days])
      expect(counts.reduce((sum, each) => sum + each.rows, 0)).toBe(expected.length);
    if (filter.includes('until') || filter.includes(',')) return;
    const { body } = await get(
      `search?guild=${GUILD}&${filter.replace('channels', 'channel')}&limit=100`,
      ANALYST,
    );
    const found = (body.messages as { id: string }[]).map(({ id }) => id);
    expect(found.sort()).toEqual([...expected].sort());
  });

  it('the size of an export names its days and channels in order', async () => {
    const { days, channels } = await size('');
    expect(days.map(({ key }) => key)).toEqual([
      '2026-01-01',
      '2026-01-02',
      '2026-01-03',
      '2026-01-04',
      '2026-01-05',
    ]);
    expect(days[0]!.rows).toBe(23);
    expect(channels.map(({ key }) => key)).toEqual([CHANNEL, OTHER_CHANNEL]);
  });

  it('rows that changed after a sequence include deleted messages without their content', async () => {
    const { world } = gateway;
    expect(await idsOf('since=100')).toEqual([idOf(7)]);
    await world.query(
      `UPDATE messages SET deleted_at = $2, content = NULL, author_id = NULL, author_username = NULL, author = NULL, seq = 201
       WHERE id = $1`,
      [idOf(2), new Date(FIRST_MS)],
    );
    const [deleted] = await all('since=200&limit=5');
    expect(deleted).toMatchObject({
      id: idOf(2),
      deleted_at: '2026-01-01T00:00:00.000Z',
      content: null,
      author_id: null,
    });
    expect(await idsOf('')).not.toContain(idOf(2));
    expect((await size('since=100')).rows).toBe(2);
    await world.query(
      `UPDATE messages SET deleted_at = NULL, content = 'text 2', author_id = 8, author_username = 'ada', seq = 2 WHERE id = $1`,
      [idOf(2)],
    );
  });

  it.each([
    'since=1&q=words',
    'since=1&author=8',
    'since=x',
    'after=1',
    'after=1:99999999999999999999',
    'limit=5001',
    'from=yesterday',
    'channels=x',
    'unknown=1',
  ])('an export with %s is refused', async (query) => {
    const { status, body } = await get(`export/messages?guild=${GUILD}&${query}`, ANALYST);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'REQUEST.INVALID' });
  });
});

describe('the rights of an export', () => {
  it('a viewer gets present texts of the channels whose history they may read, and no earlier text', async () => {
    const rows = await all('', VIEWING);
    expect(rows.map(({ id }) => id)).toEqual(inOrder(() => true));
    expect(JSON.stringify(rows)).not.toContain('was different');
    await gateway.world.access([
      {
        of: 'channel',
        channelId: CHANNEL,
        type: 0,
        parentId: null,
        overwrites: [{ id: GUILD, type: 'role', allow: '0', deny: '1024' }] as never,
        deleted: false,
      },
    ]);
    const others = inOrder((n) => n % 3 === 0);
    expect(await idsOf('', VIEWING)).toEqual(others);
    expect((await size('', VIEWING)).rows).toBe(others.length);
    expect(await idsOf('q=text', VIEWING)).toEqual(inOrder((n) => n % 3 === 0 && n % 10 !== 0));
    for (const path of ['messages', 'size']) {
      const hidden = await get(`export/${path}?guild=${GUILD}&channels=${OTHER_CHANNEL},${CHANNEL}`, VIEWING);
      expect(hidden).toMatchObject({ status: 404, body: { code: 'CHANNEL.NOT_FOUND' } });
    }
    await gateway.world.access([
      { of: 'channel', channelId: CHANNEL, type: 0, parentId: null, overwrites: [], deleted: false },
    ]);
  });

  it('a channel of another guild, and a guild outside the scope of the token, do not exist', async () => {
    const foreign = await get(`export/messages?guild=${GUILD}&channels=${FAR_CHANNEL}`, ANALYST);
    expect(foreign).toMatchObject({ status: 404, body: { code: 'CHANNEL.NOT_FOUND' } });
    const outside = await get(`export/messages?guild=200`, { ...ANALYST, guilds: [GUILD] });
    expect(outside).toMatchObject({ status: 404, body: { code: 'GUILD.NOT_FOUND' } });
  });
});
