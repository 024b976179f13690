import type {
  AccessChange,
  QueueSettings,
  RestQueuePage,
  RestQueueSettings,
  RestQueueStatistics,
} from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { patientFetch } from '../../testing/patient-fetch.js';
import { Documented } from '../../testing/documented.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import {
  ASKER,
  FORUM,
  QUESTIONS,
  QueueWorld,
  SOLVED_TAG,
  STAFF,
  STAFF_ROLE,
} from '../../testing/queue-world.js';
import { tokenFor } from '../../testing/tokens.js';
import { GUILD, OTHER_GUILD, VIEWER } from '../../testing/world.js';

const PATH = `/api/v1/guilds/${GUILD}/queue`;
const AS_VIEWER = { role: 'viewer', sub: VIEWER };
const AS_ANALYST = { role: 'analyst', sub: 'service' };
const AS_ADMIN = { role: 'admin', sub: 'boss' };
const SETTINGS: QueueSettings = {
  ...{ staffRoleIds: [STAFF_ROLE], channelIds: [FORUM], messageChannelIds: [QUESTIONS] },
  ...{ solvedTagIds: [SOLVED_TAG], solvedWhenArchived: true },
};

let gateway: TestGateway;
let documented: Documented;
let guild: QueueWorld;

beforeAll(async () => {
  gateway = await startGateway({ HTTP_REQUESTS_PER_S: '1000', HTTP_REQUESTS_PER_S_PER_ADDRESS: '10000' });
  documented = Documented.of(await (await fetch(`${gateway.url}/api/openapi.json`)).json());
  guild = new QueueWorld(gateway.world, GUILD);
  await guild.setUp();
});
afterAll(() => gateway.stop());

async function call<T = RestQueuePage>(
  query = '',
  claims: Record<string, unknown> = AS_ANALYST,
  { path = PATH, put }: { path?: string; put?: object } = {},
): Promise<{ status: number; answer: T }> {
  const headers = { authorization: `Bearer ${await tokenFor(claims)}`, 'content-type': 'application/json' };
  const response = await patientFetch(`${gateway.url}${path}${query}`, {
    headers,
    ...(put && { method: 'PUT', body: JSON.stringify(put) }),
  });
  const answer = (await response.json()) as T;
  if (!put) expect(documented.problemsOf(path, response.status, answer)).toEqual([]);
  return { status: response.status, answer };
}

const configure = (changed: Partial<QueueSettings> = {}, claims: Record<string, unknown> = AS_ADMIN) =>
  call<RestQueueSettings>('', claims, { path: `${PATH}/settings`, put: { ...SETTINGS, ...changed } });

const idsOf = async (query = '', claims: Record<string, unknown> = AS_ANALYST): Promise<string[]> =>
  (await call(query, claims)).answer.entries.map(({ id }) => id);

describe('the support queue', () => {
  it('the support queue is empty until an admin configures it, and then includes existing conversations', async () => {
    const post = await guild.post('Where is the map?');
    expect((await call()).answer).toMatchObject({ entries: [], configured: false });
    expect(await configure()).toMatchObject({
      status: 200,
      answer: { ...SETTINGS, revision: 1, updatedBy: 'boss' },
    });
    expect((await call()).answer).toEqual({
      entries: [
        {
          ...{
            id: post,
            guildId: GUILD,
            channelId: post,
            parentId: FORUM,
            name: 'Where is the map?',
            state: 'waiting',
          },
          ...{ opener: { id: ASKER, name: 'asker' }, openedAt: '2026-01-01T00:10:00.000Z' },
          ...{ lastSpeaker: null, lastMessageAt: null, waitingSince: '2026-01-01T00:10:00.000Z' },
          ...{ firstResponseAt: null, firstResponseS: null },
        },
      ],
      ...{ next: null, counts: { waiting: 1, answered: 0, solved: 0 }, beyondLimit: [], configured: true },
      seq: await gateway.world.head(`a:${GUILD}`),
    });
  });

  it('the support queue is sorted and paged, and can be limited to states and a channel', async () => {
    const questions = [await guild.post(), await guild.say(QUESTIONS), await guild.post()];
    const answered = await guild.post();
    await guild.say(answered, { authorId: STAFF });
    const solved = await guild.post();
    await guild.patchThread(solved, 'applied_tag_ids', [SOLVED_TAG]);
    const waiting = await idsOf();
    expect(waiting.slice(1)).toEqual(questions);
    const pages: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const { answer }: { answer: RestQueuePage } = await call(`?limit=3${next && `&after=${next}`}`);
      pages.push(...answer.entries.map(({ id }) => id));
      next = answer.next;
    }
    expect(pages).toEqual(waiting);
    expect(await idsOf('?state=answered,solved')).toEqual([answered, solved]);
    expect(await idsOf(`?channel=${QUESTIONS}`)).toEqual([questions[1]]);
    const { answer } = await call('?state=answered');
    expect(answer.entries[0]).toMatchObject({ firstResponseS: 600, lastSpeaker: { id: STAFF } });
    expect(answer.counts).toEqual({ waiting: waiting.length, answered: 1, solved: 1 });
  });

  it.each(['?state=asleep', '?channel=x', '?after=1', '?limit=101'])(
    'the support queue refuses %s',
    async (query) => {
      expect(await call(query)).toMatchObject({ status: 400 });
    },
  );

  it('the support queue has statistics by day in a time zone, for all channels or one', async () => {
    const path = `${PATH}/statistics`;
    const statistics = (query: string, claims: Record<string, unknown> = AS_ANALYST) =>
      call<RestQueueStatistics>(`?from=2026-01-01&to=2026-02-01${query}`, claims, { path });
    const { answer: page } = await call('?state=waiting,answered,solved&limit=100');
    const { answer } = await statistics('&zone=Pacific/Kiritimati');
    const { total, days } = answer;
    expect(answer).toMatchObject({ zone: 'Pacific/Kiritimati', beyondLimit: [], configured: true });
    expect(total).toMatchObject({ opened: page.entries.length, ...page.counts, responded: 1 });
    expect(total).toMatchObject({ firstResponseMedianS: 600, firstResponseP90S: 600 });
    expect(days.map(({ day }) => day)).toEqual(['2026-01-01']);
    expect((await statistics('&zone=America/Los_Angeles')).answer.days[0]?.day).toBe('2025-12-31');
    expect((await statistics(`&channel=${QUESTIONS}`)).answer.total.opened).toBe(1);
    for (const query of ['&zone=Mars/Base', '&zone=', '&channel=x'])
      expect(await statistics(query)).toMatchObject({ status: 400 });
  });

  it('the support queue applies changed settings to existing conversations', async () => {
    const post = await guild.post();
    await guild.patchThread(post, 'archived', true);
    expect(await idsOf()).not.toContain(post);
    await configure({ solvedWhenArchived: false });
    expect(await idsOf()).toContain(post);
    await configure({ staffRoleIds: [] });
    expect((await call('?state=answered')).answer.entries).toEqual([]);
    await configure();
  });
});

describe('access', () => {
  const hidden = (deny: bigint): AccessChange => ({
    ...{ of: 'channel', channelId: FORUM, type: 15, parentId: null, deleted: false },
    overwrites: [{ id: GUILD, type: 'role', allow: '0', deny: String(deny) }],
  });
  afterEach(() => gateway.world.access([hidden(0n)]));

  it('entries and counts of the queue are limited to channels whose history the viewer may read', async () => {
    const before = (await call('', AS_VIEWER)).answer;
    expect(before.entries.length).toBeGreaterThan(1);
    for (const right of [1n << 10n, 1n << 16n]) {
      await gateway.world.access([hidden(right)]);
      const { answer } = await call('?state=waiting,answered,solved', AS_VIEWER);
      expect(answer.entries.every(({ channelId }) => channelId === QUESTIONS)).toBe(true);
      expect(answer.counts.waiting).toBe(answer.entries.length);
      const path = `${PATH}/statistics`;
      const statistics = await call<RestQueueStatistics>('?from=2026-01-01&to=2026-02-01', AS_VIEWER, {
        path,
      });
      expect(statistics.answer.total.opened).toBe(answer.entries.length);
    }
    await gateway.world.access([hidden(0n)]);
    expect((await call('', AS_VIEWER)).answer.counts).toEqual(before.counts);
  });

  it('the queue of a guild is hidden from users who may not know of the guild', async () => {
    const path = '/api/v1/guilds/999/queue';
    expect(await call('', AS_VIEWER, { path })).toMatchObject({
      status: 404,
      answer: { code: 'GUILD.NOT_FOUND' },
    });
    expect(await call('', { ...AS_ANALYST, guilds: [OTHER_GUILD] })).toMatchObject({ status: 404 });
  });

  it('only admins of the guild read and change the settings of its queue, and changes are audited', async () => {
    const refusal = { status: 403, answer: { code: 'AUTH.FORBIDDEN' } };
    for (const claims of [AS_VIEWER, AS_ANALYST]) {
      expect(await call('', claims, { path: `${PATH}/settings` })).toMatchObject(refusal);
      expect(await configure({}, claims)).toMatchObject(refusal);
    }
    expect(await configure({}, { ...AS_ADMIN, guilds: [OTHER_GUILD] })).toMatchObject({ status: 404 });
    const { revision } = (await configure()).answer;
    expect((await call<RestQueueSettings>('', AS_ADMIN, { path: `${PATH}/settings` })).answer).toMatchObject({
      ...SETTINGS,
      revision,
    });
    const path = '/api/v1/audit';
    const entry = await until('the audit record', 20_000, async () => {
      const { answer } = await call<{ target: string }[]>('?action=queue.configured', AS_ADMIN, { path });
      return answer[0];
    });
    expect(entry).toMatchObject({ actor: 'boss', target: GUILD });
  });

  it.each([
    { staffRoleIds: ['x'] },
    { channelIds: 'all' },
    { solvedWhenArchived: 'yes' },
    { solvedTagIds: Array.from({ length: 201 }, (_, i) => String(i + 1)) },
    { unknown: 1 },
  ])('queue settings such as %j are rejected', async (changed) => {
    expect(await configure(changed as never)).toMatchObject({ status: 400 });
  });
});
