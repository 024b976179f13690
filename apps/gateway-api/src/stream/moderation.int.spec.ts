import type { AccessChange, ModerationEntry, Snowflake } from '@discord-relay/contracts';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SseClient } from '../testing/sse-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, MEMBER, VIEWER } from '../testing/world.js';

const VIEW_AUDIT_LOG = 1n << 7n;
const STAFF_ROLE = '60' as Snowflake;

let gateway: TestGateway;
const clients: SseClient[] = [];

beforeAll(async () => {
  gateway = await startGateway({ STREAM_HEARTBEAT_MS: '200' });
});
afterAll(() => gateway.stop());
afterEach(async () => {
  clients.splice(0).forEach((client) => client.close());
  await permit(0n);
});

const permit = (permissions: bigint) => {
  const role: AccessChange = { of: 'role', roleId: STAFF_ROLE, permissions: String(permissions) };
  const member: AccessChange = { of: 'member', userId: VIEWER, ...MEMBER, roleIds: [STAFF_ROLE] };
  return gateway.world.access([role, member]);
};

let entries = 0;
const record = (channelId: Snowflake | null = null) => {
  const body: ModerationEntry = {
    ...{ id: String(++entries), guildId: GUILD, kind: 'ban', at: '2026-01-01T00:00:00.000Z' },
    ...{ moderatorId: '7' as Snowflake, targetId: '8' as Snowflake, channelId, reason: 'spam', until: null },
    ...{ count: null, addedRoleIds: null, removedRoleIds: null, ruleId: null, ruleName: null },
  };
  return gateway.world.publishChange({ kind: 'moderation.recorded', body });
};

async function follow(query = '', role = 'viewer', lastEventId?: string): Promise<SseClient> {
  const token = await tokenFor({ sub: role === 'viewer' ? VIEWER : 'service', role });
  const url = `${gateway.url}/api/stream?guild=${GUILD}${query}`;
  const client = await SseClient.open(url, { token, lastEventId });
  clients.push(client);
  await client.reach(await gateway.world.head(`a:${GUILD}`));
  return client;
}

const recorded = (client: SseClient): string[] => client.named('moderation.recorded').map(({ id }) => id);

describe('moderation.recorded on a stream', () => {
  it('moderation.recorded is sent to analysts and admins with its body, and not to a viewer without VIEW_AUDIT_LOG', async () => {
    const [analyst, viewer] = [await follow('', 'analyst'), await follow()];
    const { seq, body } = await record();
    const last = await gateway.world.say();
    await Promise.all([analyst.reach(last.seq), viewer.reach(last.seq)]);
    expect(analyst.named('moderation.recorded')).toMatchObject([{ id: String(seq), data: body }]);
    expect(recorded(viewer)).toEqual([]);
    expect(viewer.named('message.created')).toHaveLength(1);
  });

  it('moderation.recorded is sent to a viewer exactly while they have the right', async () => {
    const viewer = await follow('&types=moderation.recorded');
    await record();
    await permit(VIEW_AUDIT_LOG);
    const shown = await record();
    await permit(0n);
    const hidden = await record();
    await viewer.reach(hidden.seq);
    expect(recorded(viewer)).toEqual([String(shown.seq)]);
  });

  it('moderation.recorded is part of a resume only if the viewer had the right when it happened', async () => {
    await permit(VIEW_AUDIT_LOG);
    const before = await gateway.world.head(`a:${GUILD}`);
    const missed = await record();
    const resumed = await follow('', 'viewer', String(before));
    expect(recorded(resumed)).toEqual([String(missed.seq)]);
    await permit(0n);
    const withoutRight = await gateway.world.head(`a:${GUILD}`);
    await record();
    await permit(VIEW_AUDIT_LOG);
    const later = await follow('', 'viewer', String(withoutRight));
    expect(recorded(later)).toEqual([]);
    expect(later.named('gap')).toMatchObject([{ data: { reason: 'access_changed' } }]);
  });

  it('moderation.recorded is sent to a stream of channels if it is about one of them', async () => {
    const analyst = await follow(`&channels=${CHANNEL}`, 'analyst');
    await record();
    const inChannel = await record(CHANNEL);
    const last = await gateway.world.say();
    await analyst.reach(last.seq);
    expect(recorded(analyst)).toEqual([String(inChannel.seq)]);
  });
});
