import { request as httpRequest } from 'node:http';
import {
  channelFeed,
  firstSnowflakeAt,
  type RestGapPage,
  type RestScheduledEvent,
  type Snowflake,
} from '@discord-relay/contracts';
import { Documented } from '../../testing/documented.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { patientFetch } from '../../testing/patient-fetch.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, FAR_CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD } from '../../testing/world.js';

const MEMBER = '900';
const CATEGORY = '1100';
const HIDDEN = '1101';
const ROOM = '1102';
const LIVE_ONLY = '1103';
const FORUM = '1104';
const HIDDEN_FORUM = '1105';
const MEDIA = '1106';
const THREAD = '1200';
const PRIVATE_THREAD = '1201';
const OLD_THREAD = '1202';

/** A guild that no user here is a member of. */
const PUBLIC_GUILD = '300';
const PUBLIC = '3001';
const NOT_PUBLIC = '3002';

const VIEW = 1n << 10n;
const READ_HISTORY = 1n << 16n;
const CONNECT = 1n << 20n;

const deny = (bits: bigint) => JSON.stringify([{ id: GUILD, type: 'role', allow: '0', deny: String(bits) }]);

let gateway: TestGateway;
let documented: Documented;

beforeAll(async () => {
  gateway = await startGateway({
    HTTP_REQUESTS_PER_S: '1000',
    HTTP_REQUESTS_PER_S_PER_ADDRESS: '10000',
    PUBLIC_CHANNELS: PUBLIC,
  });
  await seed();
  documented = Documented.of(await (await fetch(`${gateway.url}/api/openapi.json`)).json());
});

afterAll(() => gateway.stop());

async function seed(): Promise<void> {
  const { world } = gateway;
  await world.query(
    `INSERT INTO roles (id, guild_id, name, permissions, seq) VALUES ($1, $1, 'everyone', $2, 0)
     ON CONFLICT (id) DO UPDATE SET permissions = excluded.permissions`,
    [GUILD, String(VIEW | READ_HISTORY | CONNECT)],
  );
  await world.query(
    `INSERT INTO guilds (id, name, available, seq) VALUES (${PUBLIC_GUILD}, 'Open', true, 0)`,
  );
  await world.query(
    `INSERT INTO channels (id, guild_id, type, name, position, overwrites, seq)
     VALUES (${PUBLIC}, ${PUBLIC_GUILD}, 0, 'open', 0, '[]', 0), (${NOT_PUBLIC}, ${PUBLIC_GUILD}, 0, 'closed', 1, '[]', 0)`,
  );
  await world.query(
    `INSERT INTO members (guild_id, user_id, username, profile, role_ids, seq)
     VALUES ($1, $2, 'grace', '{"avatar":"abc"}', '{}', 0)`,
    [GUILD, MEMBER],
  );
  await world.query(
    `INSERT INTO channels (id, guild_id, type, name, position, parent_id, overwrites, archived, user_limit, seq)
     VALUES (${CATEGORY}, $1, 4, 'category', 0, NULL, '[]', NULL, NULL, 0),
            (${HIDDEN}, $1, 0, 'hidden', 2, ${CATEGORY}, $2, NULL, NULL, 0),
            (${ROOM}, $1, 2, 'room', 3, ${CATEGORY}, '[]', NULL, 5, 0),
            (${LIVE_ONLY}, $1, 0, 'live', 4, ${CATEGORY}, $3, NULL, NULL, 0),
            (${THREAD}, $1, 11, 'thread', NULL, ${CHANNEL}, NULL, false, NULL, 0),
            (${PRIVATE_THREAD}, $1, 12, 'secret', NULL, ${CHANNEL}, NULL, false, NULL, 0),
            (${OLD_THREAD}, $1, 11, 'old', NULL, ${CHANNEL}, NULL, true, NULL, 0)`,
    [GUILD, deny(VIEW), deny(READ_HISTORY)],
  );
  await world.query(
    `INSERT INTO voice_states (guild_id, user_id, channel_id, since, seq) VALUES ($1, $2, ${ROOM}, '2026-01-01T00:00:00Z', 0)`,
    [GUILD, MEMBER],
  );
  await world.query(
    `INSERT INTO gaps (gap_id, guild_id, cause, opened_at, closed_at, recovered, unrecoverable, seq)
     VALUES ('a:b', $1, 'session_lost', now(), now(),
             '{"messages":1,"edits":0,"deletions":0,"reactions":0,"threads":0}',
             ARRAY['typing', 'no_read_history:${HIDDEN}'], 3), ('b:c', $1, NULL, NULL, NULL, NULL, NULL, 4)`,
    [GUILD],
  );
}

const ANALYST = { role: 'analyst', sub: 'service' };
const VIEWER = { role: 'viewer', sub: MEMBER };

const call = async (path: string, claims: Record<string, unknown> = VIEWER): Promise<Response> =>
  patientFetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${await tokenFor(claims)}` } });

/** The response, which must match its documentation. */
async function get<T>(path: string, claims?: Record<string, unknown>): Promise<T> {
  const response = await call(path, claims);
  const answer: unknown = await response.json();
  expect({ status: response.status, answer }).toMatchObject({ status: 200 });
  expect(documented.problemsOf(path, 200, answer)).toEqual([]);
  return answer as T;
}

async function refused(path: string, claims?: Record<string, unknown>): Promise<string> {
  const response = await call(path, claims);
  const problem = (await response.json()) as { status: number; code: string };
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(documented.problemsOf(path, response.status, problem)).toEqual([]);
  return `${response.status} ${problem.code}`;
}

const idsOf = (items: { id: string }[]) => items.map(({ id }) => id);

describe('a viewer', () => {
  it('a viewer sees the guilds that they are a member of', async () => {
    expect(idsOf(await get('/api/v1/guilds'))).toEqual([GUILD, PUBLIC_GUILD]);
    expect(idsOf(await get('/api/v1/guilds', ANALYST))).toEqual([GUILD, PUBLIC_GUILD, OTHER_GUILD]);
    expect(await get('/api/v1/guilds', { ...VIEWER, guilds: [OTHER_GUILD] })).toEqual([]);
    expect(await refused(`/api/v1/guilds/${OTHER_GUILD}/channels`)).toBe('404 GUILD.NOT_FOUND');
    expect(await refused(`/api/v1/guilds/${OTHER_GUILD}/rooms`)).toBe('404 GUILD.NOT_FOUND');
    expect(await refused(`/api/v1/search?guild=${OTHER_GUILD}&q=x`)).toBe('404 GUILD.NOT_FOUND');
    expect(await refused(`/api/v1/channels/${FAR_CHANNEL}/messages`)).toBe('404 CHANNEL.NOT_FOUND');
  });

  it('a viewer sees the channels that Discord would show', async () => {
    const channels = await get<{ id: string; history: boolean }[]>(`/api/v1/guilds/${GUILD}/channels`);
    expect(idsOf(channels)).toEqual([OTHER_CHANNEL, CHANNEL, THREAD, CATEGORY, LIVE_ONLY, ROOM]);
    expect(channels.find(({ id }) => id === LIVE_ONLY)).toMatchObject({ readable: true, history: false });
    const all = await get<{ id: string }[]>(`/api/v1/guilds/${GUILD}/channels`, ANALYST);
    expect(idsOf(all)).toEqual([
      OTHER_CHANNEL,
      CHANNEL,
      THREAD,
      PRIVATE_THREAD,
      CATEGORY,
      HIDDEN,
      LIVE_ONLY,
      ROOM,
    ]);
    expect(await get(`/api/v1/channels/${THREAD}`)).toMatchObject({ parentId: CHANNEL, archived: false });
  });

  it('a viewer cannot distinguish a hidden channel from a missing one', async () => {
    const paths = [
      '',
      '/threads',
      '/messages',
      '/messages/1',
      '/messages/1/reactions',
      '/events',
      '/statistics',
    ];
    for (const path of paths)
      for (const id of [HIDDEN, PRIVATE_THREAD, '999'])
        expect(await refused(`/api/v1/channels/${id}${path}`)).toBe('404 CHANNEL.NOT_FOUND');
    for (const id of [HIDDEN, '999'])
      expect(await refused(`/api/v1/search?guild=${GUILD}&q=x&channel=${id}`)).toBe('404 CHANNEL.NOT_FOUND');
  });

  it('a viewer cannot read the history without READ_MESSAGE_HISTORY', async () => {
    for (const path of ['/messages', '/messages/1', '/events?after=0', '/statistics'])
      expect(await refused(`/api/v1/channels/${LIVE_ONLY}${path}`)).toBe('403 CHANNEL.HISTORY_FORBIDDEN');
    expect(await refused(`/api/v1/search?guild=${GUILD}&q=x&channel=${LIVE_ONLY}`)).toBe(
      '403 CHANNEL.HISTORY_FORBIDDEN',
    );
  });

  it('a viewer without a guild reads public channels, and nothing else', async () => {
    const stranger = { role: 'viewer', sub: 'not an id' };
    expect(idsOf(await get('/api/v1/guilds', stranger))).toEqual([PUBLIC_GUILD]);
    const channels = await get<{ id: string }[]>(`/api/v1/guilds/${PUBLIC_GUILD}/channels`, stranger);
    expect(channels).toMatchObject([{ id: PUBLIC, readable: true, history: true }]);
    await gateway.world.write(PUBLIC as Snowflake, PUBLIC_GUILD as Snowflake, 'for everybody');
    await gateway.world.write(NOT_PUBLIC as Snowflake, PUBLIC_GUILD as Snowflake, 'not for everybody');
    const found = await get<{ messages: unknown[] }>(
      `/api/v1/search?guild=${PUBLIC_GUILD}&q=everybody`,
      stranger,
    );
    expect(found.messages).toMatchObject([{ content: 'for everybody' }]);
    expect(await get(`/api/v1/channels/${PUBLIC}/messages`, stranger)).toMatchObject({ messages: [{}] });
    expect(await refused(`/api/v1/channels/${NOT_PUBLIC}/messages`, stranger)).toBe('404 CHANNEL.NOT_FOUND');
    expect(await refused(`/api/v1/channels/${PUBLIC}/messages`, { ...stranger, guilds: [GUILD] })).toBe(
      '404 CHANNEL.NOT_FOUND',
    );
  });

  it('a viewer loses with a role what the role granted, at once', async () => {
    const { world } = gateway;
    await world.query('UPDATE members SET left_at = now() WHERE user_id = $1', [MEMBER]);
    expect(await refused(`/api/v1/channels/${CHANNEL}/messages`)).toBe('404 CHANNEL.NOT_FOUND');
    expect(idsOf(await get('/api/v1/guilds'))).toEqual([PUBLIC_GUILD]);
    await world.query('UPDATE members SET left_at = NULL WHERE user_id = $1', [MEMBER]);
    await get(`/api/v1/channels/${CHANNEL}/messages`);
  });
});

describe('threads', () => {
  it('threads are listed if they are visible, active and archived', async () => {
    const threads = (query: string, claims?: Record<string, unknown>) =>
      get<{ threads: { id: string }[]; next: string | null }>(
        `/api/v1/channels/${CHANNEL}/threads${query}`,
        claims,
      );
    expect(idsOf((await threads('')).threads)).toEqual([THREAD]);
    expect(idsOf((await threads('', ANALYST)).threads)).toEqual([PRIVATE_THREAD, THREAD]);
    expect(idsOf((await threads('?archived=true')).threads)).toEqual([OLD_THREAD]);
    const first = await threads('?limit=1', ANALYST);
    expect(first.next).toBe(PRIVATE_THREAD);
    const second = await threads(`?limit=1&before=${first.next}`, ANALYST);
    expect({ ids: idsOf(second.threads), next: second.next }).toEqual({ ids: [THREAD], next: null });
  });
});

describe('tags of forum posts', () => {
  it('a forum and a media channel have their tags, in the list and alone; other channels have none', async () => {
    const tags = [
      { id: '82', name: 'Solved', emojiId: null, emojiName: '✅' },
      { id: '81', name: 'Bug', emojiId: '5', emojiName: null },
    ];
    const stored = JSON.stringify(tags.map((tag) => ({ ...tag, moderated: true })));
    await gateway.world.query(
      `INSERT INTO channels (id, guild_id, type, name, position, overwrites, available_tags, seq)
       VALUES (${FORUM}, $1, 15, 'forum', 5, '[]', $2, 0), (${MEDIA}, $1, 16, 'media', 6, '[]', NULL, 0),
              (${HIDDEN_FORUM}, $1, 15, 'hidden forum', 7, $3, $2, 0)`,
      [GUILD, stored, deny(VIEW)],
    );
    type Tagged = { id: string; tags?: object[] };
    const tagged = async (claims?: Record<string, unknown>) => {
      const channels = await get<Tagged[]>(`/api/v1/guilds/${GUILD}/channels`, claims);
      return channels.filter((channel) => channel.tags).map((channel) => [channel.id, channel.tags]);
    };
    const seen = [
      [FORUM, tags],
      [MEDIA, []],
    ];
    expect(await tagged()).toEqual(seen);
    expect(await tagged(ANALYST)).toEqual([...seen, [HIDDEN_FORUM, tags]]);
    expect((await get<Tagged>(`/api/v1/channels/${FORUM}`)).tags).toEqual(tags);
    expect(await refused(`/api/v1/channels/${HIDDEN_FORUM}`)).toBe('404 CHANNEL.NOT_FOUND');
    await gateway.world.query('DELETE FROM channels WHERE id = ANY ($1)', [[FORUM, MEDIA, HIDDEN_FORUM]]);
  });

  it('a post has its tags as the forum names them now, in the order of the forum', async () => {
    const tagsOf = async () => {
      const path = `/api/v1/channels/${CHANNEL}/threads`;
      const { threads } = await get<{ threads: { id: string; tags: { id: string }[] }[] }>(path);
      return threads.find(({ id }) => id === THREAD)?.tags;
    };
    expect(await tagsOf()).toEqual([]);
    const tag = (id: string, name: string) => ({ id, name, emojiId: null, emojiName: '✅' });
    const forumTags = [tag('71', 'Question'), tag('72', 'Solved'), tag('73', 'Bug')];
    await gateway.world.query('UPDATE channels SET available_tags = $2 WHERE id = $1', [
      CHANNEL,
      JSON.stringify(forumTags.map((each) => ({ ...each, moderated: false }))),
    ]);
    // The last id belongs to a tag that was deleted.
    await gateway.world.query("UPDATE channels SET applied_tag_ids = '{72,71,99}' WHERE id = $1", [THREAD]);
    expect(await tagsOf()).toEqual([forumTags[0], forumTags[1]]);
  });
});

describe('rooms', () => {
  it('rooms contain their users and join times', async () => {
    expect(await get(`/api/v1/guilds/${GUILD}/rooms`)).toEqual({
      rooms: [
        {
          guildId: GUILD,
          channelId: ROOM,
          name: 'room',
          parentId: CATEGORY,
          userLimit: 5,
          members: [{ userId: MEMBER, username: 'grace', avatar: 'abc', since: '2026-01-01T00:00:00.000Z' }],
        },
      ],
      seq: expect.any(Number),
    });
  });
});

describe('a message', () => {
  let id: string;

  beforeAll(async () => {
    const { world } = gateway;
    id = ((await world.write(CHANNEL, GUILD, 'the needle in the haystack')).body as { id: string }).id;
    await world.query(
      `UPDATE messages SET type = 19, flags = 4, pinned = false, webhook_id = 5, revision = 1, components = '[{"type":1}]',
         attachments = '[{"id":"5","filename":"a.png","contentType":null,"sizeBytes":3,"url":"https://x.example/a","width":1,"height":null}]',
         embeds = '[{"title":"t"}]', stickers = '[{"id":"6","name":"s","formatType":1}]',
         mentions = '{"users":["7"],"roles":[],"channels":[],"everyone":false}',
         reference = '{"type":"default","messageId":"1","channelId":"1001","guildId":"100"}',
         poll = '{"question":"q","answers":[{"id":1,"text":"a","emoji":null}],"expiresAt":null,"multiselect":false,"results":null}'
       WHERE id = $1`,
      [id],
    );
    await world.query(`INSERT INTO message_revisions VALUES ($1, 0, 'what it was', NULL, 1)`, [id]);
    await world.query(`INSERT INTO poll_counts VALUES ($1, 1, 2, false, 1)`, [id]);
    await world.query(
      `INSERT INTO reactions VALUES ($1, '👍', 7, false, false, 1), ($1, '👍', 8, true, false, 1)`,
      [id],
    );
    await world.query(`INSERT INTO reaction_counts VALUES ($1, '👍', 2, 1)`, [id]);
  });

  const path = (rest = '') => `/api/v1/channels/${CHANNEL}/messages/${id}${rest}`;

  it('a message contains everything known about it, alone and in pages', async () => {
    const message = await get<{ reactions: unknown; poll: unknown }>(path());
    expect(message).toMatchObject({
      id,
      revision: 1,
      reactions: [{ emoji: { id: null, name: '👍' }, count: 2, burstCount: 1 }],
      poll: { results: { counts: [{ answerId: 1, count: 2 }] } },
    });
    const page = await get<{ messages: unknown[] }>(`/api/v1/channels/${CHANNEL}/messages`);
    expect(page.messages).toContainEqual(message);
    expect(await refused(path().replace(id, '999'))).toBe('404 MESSAGE.NOT_FOUND');
    expect(await refused(path().replace(CHANNEL, OTHER_CHANNEL))).toBe('404 MESSAGE.NOT_FOUND');
  });

  it('a message shows its revisions to analysts and admins only', async () => {
    expect(await get(path('/revisions'), ANALYST)).toMatchObject([
      { revision: 0, content: 'what it was' },
      { revision: 1, content: 'the needle in the haystack' },
    ]);
    expect(await refused(path('/revisions'))).toBe('403 AUTH.FORBIDDEN');
  });

  it('a message lists its reactions in pages', async () => {
    const first = await get<{ reactions: unknown[]; next: string }>(path('/reactions?limit=1'));
    expect(first.reactions).toEqual([{ emoji: { id: null, name: '👍' }, userId: '7', burst: false }]);
    const second = await get(path(`/reactions?limit=1&after=${first.next}`));
    expect(second).toMatchObject({ reactions: [{ userId: '8', burst: true }], next: null });
    expect(await refused(path('/reactions?after=x'))).toBe('400 REQUEST.INVALID');
  });

  it('a message is found by its words in channels with readable history, and nowhere else', async () => {
    for (const channel of [HIDDEN, LIVE_ONLY])
      await gateway.world.write(channel as Snowflake, GUILD, 'needle');
    const search = (query: string, claims?: Record<string, unknown>) =>
      get<{ messages: { id: string }[] }>(`/api/v1/search?guild=${GUILD}&${query}`, claims);
    expect(idsOf((await search('q=NEEDLE%20hay')).messages)).toEqual([id]);
    expect((await search('q=needle')).messages).toHaveLength(1);
    expect((await search('q=needle', ANALYST)).messages).toHaveLength(3);
    expect((await search('q=needle&has=attachment,poll,sticker')).messages).toHaveLength(1);
    expect((await search('q=needle&has=link')).messages).toEqual([]);
    expect((await search('q=needle&author=7&from=2026-01-01&to=2026-02-01T00:00:00Z')).messages).toHaveLength(
      1,
    );
    expect((await search('q=needle&author=8')).messages).toEqual([]);
  });

  it.each([
    'has=magic',
    'q=',
    'q=%00',
    'from=yesterday',
    'from=2026-13-01',
    'q=x&limit=101',
    'author=x',
    'q=a&q=b',
  ])('a search rejects ?%s', async (query) => {
    expect(await refused(`/api/v1/search?guild=${GUILD}&${query}`)).toBe('400 REQUEST.INVALID');
  });
});

describe('events', () => {
  interface Page {
    events?: { event: string; payload: { id: string; seq: number } }[];
    snapshot?: { messages: unknown[]; seq: number };
    reason?: string;
    next: string;
    more?: boolean;
  }
  const events = (query: string) => get<Page>(`/api/v1/channels/${OTHER_CHANNEL}/events${query}`);

  it('events start with a snapshot and continue from its cursor, in pages, to the end', async () => {
    const { world } = gateway;
    await world.write(OTHER_CHANNEL);
    const start = await events('');
    expect(start).toMatchObject({ reason: 'joined', snapshot: { messages: [{}] } });
    const written = [];
    for (let n = 0; n < 5; n++) written.push((await world.write(OTHER_CHANNEL)).seq);
    const seen: number[] = [];
    let page: Page = { next: start.next, more: true };
    while (page.more) {
      page = await events(`?after=${page.next}&limit=2`);
      seen.push(...page.events!.map(({ payload }) => payload.seq));
    }
    expect(seen).toEqual(written);
    expect(await events(`?after=${page.next}`)).toEqual({ events: [], next: page.next, more: false });
  });

  it('events are a snapshot with the reason if the cursor cannot be resumed from', async () => {
    const { world } = gateway;
    const head = await world.head(channelFeed(OTHER_CHANNEL));
    expect(await events(`?after=${head + 1}`)).toMatchObject({
      reason: 'cursor_unknown',
      next: String(head),
    });
    await world.forget(head - 1);
    expect(await events('?after=1')).toMatchObject({ reason: 'cursor_too_old', snapshot: { seq: head } });
    for (const cursor of ['-1', 'x', '1.5', '99999999999999999999', ''])
      expect(await refused(`/api/v1/channels/${OTHER_CHANNEL}/events?after=${cursor}`)).toBe(
        '400 REQUEST.INVALID',
      );
  });
});

describe('gaps', () => {
  it('gaps are listed, without the names of hidden channels', async () => {
    const path = `/api/v1/guilds/${GUILD}/gaps`;
    expect(await get(path)).toMatchObject({
      gaps: [
        { gapId: 'b:c', closedAt: null },
        { gapId: 'a:b', unrecoverable: ['typing'] },
      ],
      next: null,
    });
    const first = await get<{ next: string }>(`${path}?limit=1`, ANALYST);
    expect(await get(`${path}?limit=1&before=${first.next}`, ANALYST)).toMatchObject({
      gaps: [{ unrecoverable: ['typing', `no_read_history:${HIDDEN}`] }],
    });
  });

  it('gaps can be limited to those that overlap a time; one without bounds may be in any', async () => {
    const path = `/api/v1/guilds/${GUILD}/gaps`;
    const idsIn = async (query: string) =>
      (await get<RestGapPage>(`${path}?${query}`, ANALYST)).gaps.map(({ gapId }) => gapId);
    expect(await idsIn('from=2026-01-01')).toEqual(['b:c', 'a:b']);
    expect(await idsIn('to=2026-01-01')).toEqual(['b:c']);
    expect(await idsIn('from=9999-01-01')).toEqual(['b:c']);
    expect(await refused(`${path}?from=yesterday`)).toBe('400 REQUEST.INVALID');
  });
});

describe('scheduled events', () => {
  it('scheduled events are listed until they are over, without those in hidden channels', async () => {
    const { world } = gateway;
    const insert = (id: number, columns: string, values: string) =>
      world.query(
        `INSERT INTO scheduled_events (id, guild_id, name, seq, ${columns}) VALUES ($1, $2, $3, 1, ${values})`,
        [id, GUILD, `event ${id}`],
      );
    await insert(1, 'status, starts_at, location', "1, '9998-01-01T00:00:00Z', 'The beach'");
    await insert(2, 'status, starts_at, channel_id', `2, '2026-01-01T00:00:00Z', ${CHANNEL}`);
    await insert(3, 'status, starts_at, ends_at, channel_id', `2, '2026-01-01', '9999-01-01', ${HIDDEN}`);
    await insert(4, 'status, starts_at', "3, '9999-01-01'");
    await insert(5, 'status, starts_at, deleted_at', "1, '9999-01-01', now()");
    await insert(6, 'status, starts_at, ends_at', "2, '2026-01-01', '9999-01-01'");
    const path = `/api/v1/guilds/${GUILD}/scheduled-events`;
    const idsFor = async (claims?: Parameters<typeof get>[1]) =>
      (await get<RestScheduledEvent[]>(path, claims)).map(({ id }) => id);
    expect(await idsFor(ANALYST)).toEqual(['3', '6', '1']);
    expect(await idsFor()).toEqual(['6', '1']);
    expect((await get<RestScheduledEvent[]>(path)).at(-1)).toEqual({
      ...{ id: '1', guildId: GUILD, name: 'event 1', description: null, status: 'scheduled' },
      ...{ startsAt: '9998-01-01T00:00:00.000Z', endsAt: null, channelId: null, location: 'The beach' },
      creatorId: null,
    });
  });
});

describe('statistics', () => {
  it('statistics count by hour and channel in the requested time', async () => {
    await gateway.world.query(
      `INSERT INTO hourly_counts (channel_id, hour, guild_id, messages, edits, deletions, reactions)
       VALUES (${CHANNEL}, '2026-01-01T10:00:00Z', $1, 3, 1, 0, 2), (${CHANNEL}, '2026-01-01T11:00:00Z', $1, 4, 0, 1, 0),
              (${HIDDEN}, '2026-01-01T10:00:00Z', $1, 9, 9, 9, 9)`,
      [GUILD],
    );
    const ids = [1, 2, 3, 4].map(
      (n) => BigInt(firstSnowflakeAt(Date.parse('2026-01-01T10:59:00Z'))) + BigInt(n),
    );
    await gateway.world.query(
      `INSERT INTO messages (id, channel_id, guild_id, author_id, created_at, partial, seq)
       SELECT id, ${CHANNEL}, $1, 7 + id % 2, '2026-01-01T10:59:00Z', false, 0 FROM unnest($2::bigint[]) AS id`,
      [GUILD, ids.map(String)],
    );
    const span = 'from=2026-01-01T10:00:00Z&to=2026-01-01T11:00:00Z';
    const hour = { messages: 3, edits: 1, deletions: 0, reactions: 2, authors: 2 };
    expect(await get(`/api/v1/channels/${CHANNEL}/statistics?${span}`)).toEqual({
      channelId: CHANNEL,
      hours: [{ hour: '2026-01-01T10:00:00.000Z', ...hour }],
    });
    expect(await get(`/api/v1/guilds/${GUILD}/statistics?${span}`)).toEqual({
      guildId: GUILD,
      channels: [{ channelId: CHANNEL, name: expect.any(String) as string, ...hour }],
      hours: [{ hour: '2026-01-01T10:00:00.000Z', messages: 3, edits: 1, deletions: 0, reactions: 2 }],
    });
    const day = await get<{ channels: unknown[]; hours: unknown[] }>(
      `/api/v1/guilds/${GUILD}/statistics?from=2026-01-01&to=2026-01-02`,
      ANALYST,
    );
    expect(day.channels).toMatchObject([
      { channelId: HIDDEN, messages: 9, authors: 0 },
      { channelId: CHANNEL, messages: 7, authors: 2 },
    ]);
    expect(day.hours).toMatchObject([
      { hour: '2026-01-01T10:00:00.000Z', messages: 12, edits: 10, deletions: 9, reactions: 11 },
      { hour: '2026-01-01T11:00:00.000Z', messages: 4, edits: 0, deletions: 1, reactions: 0 },
    ]);
    for (const query of ['from=2026-01-02&to=2026-01-01', 'from=2020-01-01', 'from=2026-01-01T10:00:00'])
      expect(await refused(`/api/v1/channels/${CHANNEL}/statistics?${query}`)).toBe('400 REQUEST.INVALID');
  });
});

describe('searches', () => {
  it('searches accept any time and any text', async () => {
    for (const query of [
      'from=0000-01-01',
      'to=9999-12-31',
      'q=%ED%A0%80',
      "q='%20OR%201=1",
      'q=%5C',
      'before=1',
    ])
      await get(`/api/v1/search?guild=${GUILD}&${query}`);
  });
});

describe('answers', () => {
  it('responses are not sent again while they are unchanged', async () => {
    const authorization = `Bearer ${await tokenFor(VIEWER)}`;
    const path = `/api/v1/guilds/${GUILD}/gaps`;
    const first = await fetch(`${gateway.url}${path}`, { headers: { authorization } });
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const etag = first.headers.get('etag')!;
    // fetch adds `Cache-Control: no-cache` to a conditional request, so the server would never answer 304.
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { authorization, 'if-none-match': etag };
      httpRequest(`${gateway.url}${path}`, { headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode!));
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(304);
  });

  it('responses about the replica match their documentation', async () => {
    await get('/api/health');
    await get('/api/metrics');
  });

  it('responses are documented, and a page can send the documented requests', async () => {
    const response = await fetch(`${gateway.url}/api/docs`);
    expect(await response.text()).toContain('swagger-ui-init.js');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect((await fetch(`${gateway.url}/api/docs/swagger-ui-init.js`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/api/docs/swagger-ui-bundle.js`)).status).toBe(200);
  });
});
