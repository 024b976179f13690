import { AppError } from '@discord-relay/contracts';
import type pg from 'pg';
import { openReadModel, type TestReadModel } from '../../testing/read-model.js';
import { listReactions, listRevisions } from './message-details.query.js';
import { findMessage, listMessages } from './messages.query.js';
import type { Querying } from '../../database/read-model.database.js';

const POLL = {
  question: 'Which?',
  answers: [
    { id: 1, text: 'this', emoji: null },
    { id: 2, text: 'that', emoji: null },
  ],
  expiresAt: null,
  multiselect: false,
  results: null,
};

describe('messages', () => {
  let model: TestReadModel;
  let pool: pg.Pool;
  let query: Querying;

  beforeAll(async () => {
    model = await openReadModel();
    ({ pool, query } = model);
    await pool.query(
      `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, content, created_at, edited_at, type,
                             flags, pinned, attachments, embeds, reference, poll, mentions, revision, content_seq,
                             partial, seq)
       VALUES (1, 10, 100, 7, 'ada', 'plain', '2026-01-01T00:00:00Z', NULL, 0, 0, false, '[]', '[]', NULL, NULL,
               '{"users":[],"roles":[],"channels":[],"everyone":false}', 0, 1, false, 1),
              (2, 10, 100, 7, 'ada', 'now', '2026-01-01T00:00:00Z', '2026-01-01T00:02:00Z', 19, 4, true,
               '[{"id":"5","filename":"a.png"}]', '[{"title":"t"}]',
               '{"type":"default","messageId":"1","channelId":"10","guildId":"100"}', $1,
               '{"users":["7"],"roles":[],"channels":[],"everyone":false}', 2, 9, false, 9)`,
      [JSON.stringify(POLL)],
    );
    await pool.query(`INSERT INTO message_revisions VALUES (2, 0, 'first', NULL, 2),
                      (2, 1, 'second', '2026-01-01T00:01:00Z', 5)`);
    await pool.query(`INSERT INTO reactions VALUES (2, '👍', 7, false, false, 3), (2, '👍', 8, false, false, 3),
                      (2, '👍', 8, true, false, 3), (2, '555', 9, false, false, 3)`);
    await pool.query(`INSERT INTO reaction_counts VALUES (2, '👍', 3, 1), (2, '555', 1, 0)`);
    await pool.query(`INSERT INTO poll_counts VALUES (2, 1, 4, true, 9)`);
  });

  afterAll(() => model.close());

  const plain = {
    id: '1',
    content: 'plain',
    author: { id: '7', username: 'ada' },
    timestamp: '2026-01-01T00:00:00.000Z',
    channelId: '10',
    serverId: '100',
    editedTimestamp: null,
    pinned: false,
    revision: 0,
    seq: 1,
  };
  const rich = {
    ...plain,
    id: '2',
    content: 'now',
    editedTimestamp: '2026-01-01T00:02:00.000Z',
    pinned: true,
    revision: 2,
    seq: 9,
    type: 19,
    flags: 4,
    attachments: [{ id: '5', filename: 'a.png' }],
    embeds: [{ title: 't' }],
    mentions: { users: ['7'], roles: [], channels: [], everyone: false },
    reference: { type: 'default', messageId: '1', channelId: '10', guildId: '100' },
    replyTo: { messageId: '1', channelId: '10' },
    poll: { ...POLL, results: { finalized: false, counts: [{ answerId: 1, count: 4 }] } },
    reactions: [
      { emoji: { id: null, name: '👍' }, count: 3, burstCount: 1 },
      { emoji: { id: '555', name: null }, count: 1, burstCount: 0 },
    ],
  };

  it('messages have the parts that are stored and nothing else', async () => {
    expect(await listMessages(query, '10', {}, 50)).toEqual([plain, rich]);
    expect(await findMessage(query, '10', '2')).toEqual(rich);
    expect(await findMessage(query, '11', '2')).toBeUndefined();
  });

  it('messages have their former and current contents', async () => {
    expect(await listRevisions(query, '2')).toEqual([
      { revision: 0, content: 'first', editedAt: null, seq: 2 },
      { revision: 1, content: 'second', editedAt: '2026-01-01T00:01:00.000Z', seq: 5 },
      { revision: 2, content: 'now', editedAt: '2026-01-01T00:02:00.000Z', seq: 9 },
    ]);
    expect(await listRevisions(query, '1')).toHaveLength(1);
  });

  it('messages list their reactions, in pages', async () => {
    const users: string[] = [];
    let after: string | null | undefined;
    while (after !== null) {
      const page = await listReactions(query, '2', { after: after ?? undefined, limit: 1 });
      users.push(
        ...page.reactions.map(({ emoji, userId, burst }) => `${emoji.id ?? emoji.name}${userId}${burst}`),
      );
      after = page.next;
    }
    expect(users).toEqual(['5559false', '👍7false', '👍8false', '👍8true']);
  });

  it('the users who reacted with one emoji are listed page by page', async () => {
    const first = await listReactions(query, '2', { emoji: '👍', limit: 2 });
    expect(first.reactions.map(({ userId }) => userId)).toEqual(['7', '8']);
    const rest = await listReactions(query, '2', { emoji: '👍', after: first.next!, limit: 2 });
    expect(rest).toMatchObject({ reactions: [{ userId: '8', burst: true }], next: null });
    expect((await listReactions(query, '2', { emoji: '555', limit: 2 })).reactions).toHaveLength(1);
    expect((await listReactions(query, '2', { emoji: '🎉', limit: 2 })).reactions).toEqual([]);
  });

  it.each(['x', '1-2-aa', '9999999999999999999-0-aa', `1-0-${Buffer.from('\0').toString('base64url')}`])(
    'messages reject %s as a cursor',
    async (cursor) => {
      await expect(listReactions(query, '2', { after: cursor, limit: 1 })).rejects.toThrow(AppError);
    },
  );
});
