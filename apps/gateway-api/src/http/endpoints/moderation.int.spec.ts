import type { AccessChange, RestModerationPage, Snowflake } from '@discord-relay/contracts';
import { patientFetch } from '../../testing/patient-fetch.js';
import { Documented } from '../../testing/documented.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { tokenFor } from '../../testing/tokens.js';
import { GUILD, MEMBER, OTHER_GUILD, OWNER, VIEWER } from '../../testing/world.js';

const VIEW_AUDIT_LOG = 1n << 7n;
const ADMINISTRATOR = 1n << 3n;
const STAFF_ROLE = '60' as Snowflake;
const MODERATOR = '600';
const PATH = `/api/v1/guilds/${GUILD}/moderation`;
const AS_VIEWER = { role: 'viewer', sub: VIEWER };
const AS_ANALYST = { role: 'analyst', sub: 'service' };

let gateway: TestGateway;
let documented: Documented;

beforeAll(async () => {
  gateway = await startGateway({ HTTP_REQUESTS_PER_S: '1000', HTTP_REQUESTS_PER_S_PER_ADDRESS: '10000' });
  documented = Documented.of(await (await fetch(`${gateway.url}/api/openapi.json`)).json());
  await gateway.world.query(
    `INSERT INTO moderation (id, guild_id, kind, at, moderator_id, target_id, channel_id, reason, reported_at, seq)
     SELECT n, $1, CASE WHEN n % 2 = 0 THEN 'ban' ELSE 'kick' END, '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 hour',
            CASE WHEN n <= 5 THEN ${MODERATOR} ELSE 601 END, 700 + n % 3, NULL, 'reason ' || n, now(), n
     FROM generate_series(1, 10) AS n`,
    [GUILD],
  );
  await gateway.world.query(
    `INSERT INTO members (guild_id, user_id, nick, username, role_ids, left_at, seq)
     VALUES ($1, 601, 'The moderator', 'moderator', '{}', now(), 1), ($1, 701, NULL, NULL, '{}', NULL, 1),
            ($2, 701, 'Elsewhere', 'elsewhere', '{}', NULL, 1)`,
    [GUILD, OTHER_GUILD],
  );
  await gateway.world.query(
    `INSERT INTO moderation (id, guild_id, kind, at, reported_at, seq) VALUES (11, $1, 'ban', now(), now(), 11)`,
    [OTHER_GUILD],
  );
});
afterAll(() => gateway.stop());

const call = async (query: string, claims: Record<string, unknown>, path = PATH) => {
  const headers = { authorization: `Bearer ${await tokenFor(claims)}` };
  const response = await patientFetch(`${gateway.url}${path}${query}`, { headers });
  const answer = (await response.json()) as RestModerationPage & { code?: string };
  expect(documented.problemsOf(path, response.status, answer)).toEqual([]);
  return { status: response.status, answer };
};

const idsFor = async (query: string, claims: Record<string, unknown> = AS_ANALYST): Promise<number[]> =>
  (await call(query, claims)).answer.entries.map(({ id }) => Number(id));

const role = (permissions: bigint): AccessChange => ({
  ...{ of: 'role', roleId: STAFF_ROLE, permissions: String(permissions) },
});
const member = (change: { roleIds?: Snowflake[]; timedOutUntil?: string }): AccessChange => ({
  ...{ of: 'member', userId: VIEWER, ...MEMBER },
  ...change,
});

describe('the moderation log of a guild', () => {
  it('the moderation log lists who did what to whom, when and why', async () => {
    const { answer } = await call('?limit=1', AS_ANALYST);
    expect(answer).toEqual({
      entries: [
        {
          ...{ id: '10', guildId: GUILD, kind: 'ban', at: '2026-01-01T10:00:00.000Z' },
          ...{ moderatorId: '601', targetId: '701', channelId: null, reason: 'reason 10', until: null },
          ...{ count: null, addedRoleIds: null, removedRoleIds: null, ruleId: null, ruleName: null },
        },
      ],
      people: [
        { id: '601', name: 'The moderator' },
        { id: '701', name: null },
      ],
      next: '10',
      seq: await gateway.world.head(`a:${GUILD}`),
    });
  });

  it('the moderation log comes in pages, newest first, without a hole', async () => {
    const pages: number[][] = [];
    for (let before: string | null = ''; before !== null;) {
      const { answer }: { answer: RestModerationPage } = await call(
        `?limit=4${before && `&before=${before}`}`,
        AS_ANALYST,
      );
      pages.push(answer.entries.map(({ id }) => Number(id)));
      before = answer.next;
    }
    expect(pages).toEqual([
      [10, 9, 8, 7],
      [6, 5, 4, 3],
      [2, 1],
    ]);
  });

  it.each([
    ['kind', '?kind=ban', [10, 8, 6, 4, 2]],
    ['several kinds', '?kind=ban,kick&limit=3', [10, 9, 8]],
    ['moderator', `?moderator=${MODERATOR}`, [5, 4, 3, 2, 1]],
    ['target', '?target=700', [9, 6, 3]],
    ['time', '?from=2026-01-01T03:00:00Z&to=2026-01-01T06:00:00Z', [5, 4, 3]],
    ['all of them together', `?kind=kick&moderator=${MODERATOR}&target=701&to=2026-01-02`, [1]],
  ])('the moderation log can be filtered by %s', async (_, query, ids) => {
    expect(await idsFor(query)).toEqual(ids);
  });

  it.each(['?kind=party', '?moderator=ada', '?from=yesterday', '?before=x', '?limit=101'])(
    'the moderation log rejects %s',
    async (query) => {
      expect(await call(query, AS_ANALYST)).toMatchObject({ status: 400 });
    },
  );
});

describe('a viewer', () => {
  afterEach(() => gateway.world.access([role(0n), member({})]));

  it('a viewer needs VIEW_AUDIT_LOG', async () => {
    const { world } = gateway;
    const refusal = { status: 403, answer: { code: 'AUTH.FORBIDDEN' } };
    expect(await call('', AS_VIEWER)).toMatchObject(refusal);
    await world.access([role(VIEW_AUDIT_LOG), member({ roleIds: [STAFF_ROLE] })]);
    expect(await idsFor('?limit=1', AS_VIEWER)).toEqual([10]);
    await world.access([role(0n)]);
    expect(await call('', AS_VIEWER)).toMatchObject(refusal);
  });

  it('an administrator or owner may read it, and a viewer with the right not during a timeout', async () => {
    const { world } = gateway;
    await world.access([{ of: 'member', userId: OWNER, ...MEMBER }]);
    expect(await idsFor('?limit=1', { role: 'viewer', sub: OWNER })).toEqual([10]);
    await world.access([role(ADMINISTRATOR), member({ roleIds: [STAFF_ROLE] })]);
    expect(await idsFor('?limit=1', AS_VIEWER)).toEqual([10]);
    const timedOutUntil = new Date(Date.now() + 3_600_000).toISOString();
    await world.access([role(VIEW_AUDIT_LOG), member({ roleIds: [STAFF_ROLE], timedOutUntil })]);
    expect(await call('', AS_VIEWER)).toMatchObject({ status: 403 });
  });

  it('a viewer learns nothing about a guild that they may not see', async () => {
    const path = '/api/v1/guilds/999/moderation';
    expect(await call('', AS_VIEWER, path)).toMatchObject({
      status: 404,
      answer: { code: 'GUILD.NOT_FOUND' },
    });
    expect(await call('', { ...AS_ANALYST, guilds: [OTHER_GUILD] })).toMatchObject({ status: 404 });
  });
});
