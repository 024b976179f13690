import type { RelayEvent } from '@discord-relay/contracts';
import { fold } from '../fold/index.js';
import { channel, created, deleted, edited, event, guild, GUILD, id, message } from '../testing/events.js';
import { createTables, type TestTables } from '../testing/tables.js';
import { type Batch, BatchStore } from './batch-store.js';
import { isDataError } from './data-error.js';
import { type Lease, LeaseStore } from './lease-store.js';

const STREAM = '2025-01-01T00:00:00Z';

const batch = (firstSeq: number, ...events: RelayEvent[]): Batch => ({
  events: events.map((each, i) => ({ seq: firstSeq + i, ops: fold(each) })),
  parked: [],
  lastSeq: firstSeq + events.length - 1,
  lastStoredAt: null,
  streamCreatedAt: STREAM,
});

describe('BatchStore', () => {
  let tables: TestTables;
  let store: BatchStore;
  let leases: LeaseStore;
  let lease: Lease;

  beforeAll(async () => {
    tables = await createTables();
    store = new BatchStore(tables.database, 10_000);
    leases = new LeaseStore(tables.database, 'a', 10_000);
  });
  afterAll(() => tables.close());

  beforeEach(async () => {
    await tables.clear();
    lease = (await leases.claim(0))!;
  });

  const rows = (text: string) => tables.database.query(text);
  const checkpoint = async () => (await rows('SELECT seq, epoch, stream_created_at FROM checkpoints'))[0];

  it('BatchStore commits rows, changes, heads and checkpoint together', async () => {
    const changes = await store.commit(lease, batch(5, created(1), created(2)));
    expect(await checkpoint()).toEqual({ seq: '6', epoch: '1', stream_created_at: STREAM });
    expect(await rows('SELECT id, seq FROM messages ORDER BY id')).toEqual([
      { id: '1', seq: '5' },
      { id: '2', seq: '6' },
    ]);
    expect(await rows('SELECT kind, feed, seq, prev, guild_prev, body FROM changes ORDER BY seq')).toEqual(
      changes.map(({ kind, feed, seq, prev, guildPrev, body }) => {
        return { kind, feed, seq: `${seq}`, prev: `${prev}`, guild_prev: `${guildPrev}`, body };
      }),
    );
    expect(await rows('SELECT feed, seq FROM feed_heads ORDER BY feed')).toEqual([
      { feed: 'a:100', seq: '6' },
      { feed: 'c:200', seq: '6' },
    ]);
    expect(lease.seq).toBe(6);
  });

  it('two keys of a batch that are equal to Postgres are a data error; each alone can be written', async () => {
    const vote = { messageId: id(1), channelId: id(200), guildId: GUILD, userId: id(7) };
    const votes = [1, '01' as never].map((answerId) => event('poll.vote_added', { ...vote, answerId }));
    const failure: unknown = await store.commit(lease, batch(5, ...votes)).catch((error: unknown) => error);
    expect(isDataError(failure)).toBe(true);
    await store.commit(lease, batch(5, votes[0]!));
    await store.commit(lease, batch(6, votes[1]!));
    expect(await rows('SELECT answer_id FROM poll_votes')).toEqual([{ answer_id: 1 }]);
  });

  it('BatchStore uses plans that find rows by key, also when they are made while the tables are small', async () => {
    await store.commit(lease, batch(5, created(1)));
    await tables.database.withClient(async (client) => {
      await client.query('ANALYZE messages');
      await client.query('PREPARE by_key (bigint[]) AS SELECT * FROM messages WHERE id = ANY ($1)');
      const { rows: plan } = await client.query("EXPLAIN EXECUTE by_key ('{1}')");
      expect(JSON.stringify(plan)).toMatch(/Index/);
      expect(JSON.stringify(plan)).not.toMatch(/Seq Scan/);
    });
  });

  it('BatchStore writes heads but no changes when muted', async () => {
    const muted = new BatchStore(tables.database, 10_000, { muted: true });
    expect(await muted.commit(lease, batch(5, created(1), created(2)))).toEqual([]);
    expect(await rows('SELECT seq FROM changes')).toEqual([]);
    expect(await store.commit(lease, batch(7, created(3)))).toMatchObject([
      { seq: 7, prev: 6, guildPrev: 6 },
    ]);
  });

  it('BatchStore keeps every field of guild, channel and message between batches', async () => {
    const full = message(1, {
      author: { id: id(7), username: 'ada', globalName: 'Ada', avatar: 'a', bot: true },
      editedAt: '2025-01-02T00:00:00.123Z',
      flags: 4096,
      pinned: true,
      webhookId: id(9),
      attachments: [
        { id: id(3), filename: 'f', contentType: null, sizeBytes: 1, url: 'u', width: null, height: 2 },
      ],
      embeds: [{ z: 1, a: { b: [1.5, null, 'x'] } }],
      reference: { type: 'default', messageId: id(1), channelId: null, guildId: GUILD },
    });
    const described = channel(200, {
      topic: 't',
      position: 3,
      parentId: id(4),
      nsfw: true,
      overwrites: [{ id: id(5), type: 'role', allow: '1024', deny: '0' }],
    });
    const events = [
      event('guild.synced', { ...guild(GUILD, [id(200)]), icon: 'i' }),
      event('channel.synced', described),
      event('message.created', full),
    ];
    await store.commit(lease, batch(1, ...events));
    const again = await store.commit(
      lease,
      batch(4, ...events, event('channel.updated', described), event('message.updated', full)),
    );
    expect(again).toEqual([]);
    expect(
      await rows(
        'SELECT seq FROM guilds UNION SELECT seq FROM channels UNION SELECT seq FROM messages ORDER BY 1',
      ),
    ).toEqual([{ seq: '1' }, { seq: '3' }, { seq: '7' }]);
  });

  it('BatchStore continues the chains of the previous batch', async () => {
    await store.commit(lease, batch(1, created(1)));
    const changes = await store.commit(
      lease,
      batch(7, edited(1, 'new', '2025-01-02T00:00:00.000Z'), deleted(1)),
    );
    expect(changes.map(({ seq, prev, guildPrev }) => [seq, prev, guildPrev])).toEqual([
      [7, 1, 1],
      [8, 7, 7],
    ]);
  });

  it('BatchStore removes channels of earlier batches when the guild is synced without them', async () => {
    await store.commit(
      lease,
      batch(1, event('channel.synced', channel(200)), event('channel.synced', channel(201))),
    );
    const [change] = await store.commit(lease, batch(3, event('guild.synced', guild(GUILD, [id(201)]))));
    expect(change).toMatchObject({ kind: 'guild_listed', body: { channels: [{ id: '200' }] } });
    expect(await rows('SELECT id FROM channels WHERE deleted_at IS NULL')).toEqual([{ id: '201' }]);
  });

  it('BatchStore keeps the start and the end of a gap from different batches', async () => {
    const from = { time: null, snowflake: null };
    const to = { time: '2025-01-01T00:00:00.000Z', snowflake: id(6) };
    const session = { shardId: 0, shardCount: 1, lostSessionId: null, lostSequence: null };
    const opened = { ...session, gapId: 'first:b', cause: 'first_start', from, to } as const;
    const recovered = { messages: 1, edits: 0, deletions: 0, reactions: 0, threads: 0 };
    const closed = { gapId: 'first:b', recovered, unrecoverable: [], channels: { done: 1, skipped: 0 } };
    await store.commit(lease, batch(1, event('gap.opened', opened, { guildid: GUILD })));
    await store.commit(
      lease,
      batch(2, event('gap.closed', { ...closed, unrecoverable: ['typing'] }, { guildid: GUILD })),
    );
    expect(
      await rows('SELECT cause, to_snowflake, recovered, unrecoverable, channels, seq FROM gaps'),
    ).toEqual([
      {
        cause: 'first_start',
        to_snowflake: '6',
        recovered,
        unrecoverable: ['typing'],
        channels: { done: 1, skipped: 0 },
        seq: '2',
      },
    ]);
  });

  it('BatchStore ignores reactions to a deleted message', async () => {
    const on = { messageId: id(1), channelId: id(200), guildId: GUILD };
    const emoji = { id: null, name: 'x', animated: false };
    const counts = [{ emoji, count: 1, burstCount: 0, userIds: [id(7)] }];
    await store.commit(lease, batch(1, event('reaction.counted', { ...on, counts })));
    expect(await rows('SELECT user_id FROM reactions')).toEqual([{ user_id: '7' }]);
    await store.commit(lease, batch(2, deleted(1)));
    await store.commit(lease, batch(3, event('reaction.counted', { ...on, counts })));
    expect(await rows('SELECT user_id FROM reactions')).toEqual([]);
  });

  it('BatchStore rejects a fenced-off owner, and writes nothing of its batch', async () => {
    const newer = (await leases.claim(0))!;
    await expect(store.commit(lease, batch(1, created(1)))).rejects.toMatchObject({
      code: 'PROJECTION.CHECKPOINT_CONFLICT',
    });
    expect(await rows('SELECT id FROM messages')).toEqual([]);
    expect(await checkpoint()).toMatchObject({ seq: '0', epoch: '2' });
    await store.commit(newer, batch(1, created(1)));
    expect(await checkpoint()).toMatchObject({ seq: '1' });
  });

  it('BatchStore rejects a batch that was applied before', async () => {
    const stale = { ...lease };
    await store.commit(lease, batch(1, created(1)));
    await expect(store.commit(stale, batch(1, created(1)))).rejects.toMatchObject({
      code: 'PROJECTION.CHECKPOINT_CONFLICT',
    });
  });

  it('BatchStore leaves nothing of a batch whose process crashed before the commit', async () => {
    tables.database.nextFault = 'before_commit';
    await expect(store.commit(lease, batch(1, created(1)))).rejects.toThrow('the process died');
    expect(await rows('SELECT id::text FROM messages UNION ALL SELECT feed FROM feed_heads')).toEqual([]);
    expect(await checkpoint()).toMatchObject({ seq: '0' });
    expect(lease.seq).toBe(0);
  });

  it('BatchStore leaves nothing of a batch with a value that the database refuses', async () => {
    const bad = event('channel.synced', channel(200, { position: 2 ** 40 }));
    await expect(store.commit(lease, batch(1, created(1), bad))).rejects.toMatchObject({ code: '22003' });
    expect(await rows('SELECT id FROM messages')).toEqual([]);
    expect(await checkpoint()).toMatchObject({ seq: '0' });
  });

  it('BatchStore stores SQL, HTML and every valid character unchanged', async () => {
    const content = `'); DROP TABLE messages; -- <script>alert(1)</script> \\ " 😀 \u2028 $1 {}`;
    await store.commit(lease, batch(1, created(1, { content })));
    expect(await rows('SELECT content FROM messages')).toEqual([{ content }]);
  });

  it('a message that another partition stored meanwhile is refused once; the next lease knows it', async () => {
    const other = (await leases.claim(1))!;
    await store.commit(other, batch(1, created(1)));
    await store.commit(lease, batch(2, created(2)));
    await expect(store.commit(other, batch(3, created(2)))).rejects.toMatchObject({ code: '23505' });
    const next = (await leases.claim(1))!;
    expect(await store.commit(next, batch(3, created(2), created(3)))).toMatchObject([{ seq: 4 }]);
    expect(await rows('SELECT id, seq FROM messages ORDER BY id')).toEqual([
      { id: '1', seq: '1' },
      { id: '2', seq: '2' },
      { id: '3', seq: '4' },
    ]);
  });
});
