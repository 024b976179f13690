import fc from 'fast-check';
import { openTestClient } from '@discord-relay/local-stack';
import type pg from 'pg';
import { codePoint } from '../../../../../test/support/values/code-point.js';
import { openReadModel, type TestReadModel } from '../../testing/read-model.js';
import type { Querying } from '../../database/read-model.database.js';
import { searchMessages, type SearchRequest } from './search.query.js';

describe('searchMessages', () => {
  let model: TestReadModel;
  let pool: pg.Pool;
  let query: Querying;

  beforeAll(async () => {
    model = await openReadModel();
    ({ pool, query } = model);
  });

  beforeEach(() => pool.query('TRUNCATE messages'));

  afterAll(() => model.close());

  interface Said {
    channel?: number;
    author?: number;
    content?: string | null;
    at?: string;
    deleted?: boolean;
    attachments?: string;
    embeds?: string;
  }

  const say = (id: number, said: Said = {}) =>
    pool.query(
      `INSERT INTO messages (id, channel_id, guild_id, author_id, content, created_at, deleted_at, attachments, embeds,
                             partial, seq)
       VALUES ($1, $2, 1, $3, $4, $5, CASE WHEN $6 THEN now() END, $7, $8, false, 0)`,
      [
        id,
        said.channel ?? 10,
        said.author ?? 7,
        said.content === undefined ? 'hello' : said.content,
        said.at ?? '2026-01-01T00:00:00Z',
        said.deleted ?? false,
        said.attachments ?? '[]',
        said.embeds ?? '[]',
      ],
    );

  const page = (request: Partial<SearchRequest>) =>
    searchMessages(query, { channelIds: ['10'], limit: 50, ...request });
  const found = async (request: Partial<SearchRequest>) =>
    (await page(request)).messages.map(({ id }) => Number(id));

  it('a search finds messages that mention a user, and no others', async () => {
    const mentions = (users: string[]) =>
      JSON.stringify({ users, roles: ['7'], channels: [], everyone: false });
    for (const id of [1, 2, 3]) await say(id);
    for (const [id, users] of [
      [1, ['7', '8']],
      [2, ['78']],
    ] as const)
      await pool.query('UPDATE messages SET mentions = $2 WHERE id = $1', [id, mentions([...users])]);
    expect(await found({ mentions: '7' })).toEqual([1]);
    expect(await found({ mentions: '9' })).toEqual([]);
  });

  it('a search finds the texts of attachments, embeds, components, polls and stickers, but not their formats', async () => {
    const set = (id: number, column: string, value: unknown) =>
      pool.query(`UPDATE messages SET ${column} = $2 WHERE id = $1`, [id, JSON.stringify(value)]);
    const fields = [{ name: 'Region', value: 'Reykjavik', inline: true }];
    const embed = {
      type: 'rich',
      title: 'Outage',
      description: 'in the west',
      url: 'https://status.example',
      fields,
    };
    const text = { type: 10, content: 'Maintenance window' };
    const button = { type: 2, style: 5, label: 'Acknowledge', custom_id: 'ack-button' };
    const poll = { question: 'Lunch where?', answers: [{ id: 1, text: 'Trattoria', emoji: null }] };
    for (const id of [1, 2, 3, 4, 5]) await say(id, { content: '' });
    await set(1, 'embeds', [embed]);
    await set(2, 'components', [{ type: 17, components: [text, { type: 1, components: [button] }] }]);
    await set(3, 'poll', poll);
    await set(4, 'stickers', [{ id: '5', name: 'Waving cat', formatType: 1 }]);
    const file = {
      id: '9',
      filename: 'route_to-harbour.gpx',
      description: 'Track',
      url: 'https://cdn.example/x',
    };
    await set(5, 'attachments', [file]);
    for (const words of ['route harbour', 'gpx', 'track'])
      expect([words, await found({ text: words })]).toEqual([words, [5]]);
    for (const words of ['outage', 'west', 'region reykjavik', 'outage reykjavik'])
      expect([words, await found({ text: words })]).toEqual([words, [1]]);
    for (const words of ['maintenance', 'acknowledge'])
      expect([words, await found({ text: words })]).toEqual([words, [2]]);
    for (const words of ['lunch', 'trattoria'])
      expect([words, await found({ text: words })]).toEqual([words, [3]]);
    expect(await found({ text: 'waving' })).toEqual([4]);
    for (const word of ['rich', 'status.example', 'ack-button', 'cdn.example'])
      expect(await found({ text: word })).toEqual([]);
  });

  it('a search finds messages with all of the words, as prefixes, in any case, newest first', async () => {
    await say(1, { content: 'The deployment failed' });
    await say(2, { content: 'deploy is done, nothing FAILED' });
    await say(3, { content: 'failed' });
    await say(4, { content: 'foo-bar at https://example.com/path' });
    expect(await found({ text: 'deploy fail' })).toEqual([2, 1]);
    expect(await found({ text: 'ployment' })).toEqual([]);
    expect(await found({ text: 'foo-bar' })).toEqual([4]);
    expect(await found({ text: 'example.com' })).toEqual([4]);
    expect(await found({ text: '!!! ???' })).toEqual([]);
  });

  it('a search finds nothing in other channels, and no deleted or incomplete messages', async () => {
    await say(1, { channel: 11 });
    await say(2, { deleted: true });
    await say(3, { content: null });
    await say(4);
    expect(await found({ text: 'hello' })).toEqual([4]);
    expect(await found({ channelIds: [] })).toEqual([]);
  });

  it('a search filters by author, time and what a message has', async () => {
    await say(1, { author: 8, at: '2026-01-02T00:00:00Z' });
    await say(2, { attachments: '[{"id":"1"}]', content: 'see https://example.com' });
    await say(3, { embeds: '[{"title":"hello"}]', content: 'x' });
    expect(await found({ authorId: '8' })).toEqual([1]);
    expect(await found({ from: new Date('2026-01-02T00:00:00Z') })).toEqual([1]);
    expect(await found({ to: new Date('2026-01-02T00:00:00Z') })).toEqual([3, 2]);
    expect(await found({ has: ['attachment'] })).toEqual([2]);
    expect(await found({ has: ['link', 'attachment'] })).toEqual([2]);
    expect(await found({ has: ['embed'] })).toEqual([3]);
    expect(await found({ has: ['poll'] })).toEqual([]);
    expect(await found({ text: 'hello' })).toEqual([3, 1]);
  });

  it('a search continues from page to page without a hole or a repetition', async () => {
    for (let id = 1; id <= 7; id++) await say(id);
    const first = await page({ text: 'hello', limit: 3 });
    expect(first.next).toBe('5');
    const second = await page({ text: 'hello', limit: 3, before: first.next! });
    const third = await page({ text: 'hello', limit: 3, before: second.next! });
    const ids = [first, second, third].flatMap(({ messages }) => messages.map(({ id }) => Number(id)));
    expect(ids).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(third.next).toBeNull();
  });

  it('a search is cancelled when it takes too long', async () => {
    const holder = await openTestClient(model.url);
    await holder.query('BEGIN; LOCK TABLE messages IN ACCESS EXCLUSIVE MODE');
    await pool.query('BEGIN');
    const searching = searchMessages(query, { channelIds: ['10'], text: 'hello', limit: 1 }, 100);
    await expect(searching).rejects.toMatchObject({ code: 'SEARCH.TOO_BROAD' });
    await pool.query('ROLLBACK');
    await holder.end();
  });

  it('a search accepts any text as text', async () => {
    await say(1);
    const anything = fc.oneof(
      fc.string({ unit: codePoint, maxLength: 30 }),
      fc.stringMatching(/^['\\&|!():*<> a]{1,30}$/),
    );
    await fc.assert(
      fc.asyncProperty(
        anything.filter((text) => !text.includes('\0')),
        async (text) => {
          expect((await page({ text })).next).toBeNull();
        },
      ),
      { numRuns: 100 },
    );
  });
});
