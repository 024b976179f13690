import { randomBytes } from 'node:crypto';
import { firstSnowflakeAt, type ModerationEntry, type RestModerationPage } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { Receiver } from '../../apps/gateway-api/src/testing/receiver.js';
import { SseClient } from '../../apps/gateway-api/src/testing/sse-client.js';
import { requestProjector } from '../support/stacks/request-projector.js';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';

const WAIT_MS = 30_000;
const BAN = 22;
const AUTOMOD_BLOCK = 143;

describe('moderators’ actions, from the local Discord to analysts', () => {
  let temp: TempStack & { close(): Promise<void> };
  let receiver: Receiver;
  let guildId: string;
  let channelId: string;
  let moderatorId: string;
  let targetId: string;

  beforeAll(async () => {
    receiver = await Receiver.start();
    const env = { WEBHOOK_KEY: randomBytes(32).toString('base64'), WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' };
    temp = await openTempStack({ progress: () => undefined, envOf: { 'gateway-api': env } });
    const guild = await temp.sim.createGuild('Moderated', [{ name: 'general' }]);
    guildId = guild.id;
    channelId = guild.channels[0]!.id;
    moderatorId = await temp.sim.newMember(guildId, 'moderator');
    targetId = await temp.sim.newMember(guildId, 'target');
    await until('the guild is projected', WAIT_MS, async () => {
      const { status } = await api('GET', `guilds/${guildId}/moderation`);
      return status === 200 || undefined;
    });
  }, 120_000);
  afterAll(async () => {
    await temp?.close();
    await receiver?.stop();
  });

  async function api<T>(method: string, path: string, body?: object): Promise<{ status: number; answer: T }> {
    const response = await fetch(`${temp.url}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${temp.token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: (await response.json()) as T };
  }

  async function sim(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`${temp.stack.simulator!.url}/_sim/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }

  let entries = 0n;
  const auditLog = (action_type: number, fields: object) => {
    const id = String(BigInt(firstSnowflakeAt(Date.now())) + entries++);
    const d = { id, guild_id: guildId, target_id: targetId, user_id: moderatorId, action_type, ...fields };
    return sim('POST', 'dispatch', { t: 'GUILD_AUDIT_LOG_ENTRY_CREATE', d });
  };

  const log = async (): Promise<ModerationEntry[]> =>
    (await api<RestModerationPage>('GET', `guilds/${guildId}/moderation`)).answer.entries;

  it('moderators’ actions reach REST, streams and webhooks once, complete, and are the same after a rebuild', async () => {
    const url = `${temp.url}/api/stream?guild=${guildId}&types=moderation.recorded`;
    const stream = await SseClient.open(url, { token: temp.token });
    const hook = { guildId, url: receiver.url(), types: ['moderation.recorded'] };
    expect((await api('POST', 'webhooks', hook)).status).toBe(201);

    await sim('PUT', `guilds/${guildId}/bans/${targetId}`, { reason: 'spam' });
    await auditLog(BAN, { reason: 'spam' });
    const options = { channel_id: channelId, auto_moderation_rule_name: 'no links' };
    await auditLog(AUTOMOD_BLOCK, { options });
    const executed = { rule_id: '77', rule_trigger_type: 1, user_id: targetId, channel_id: channelId };
    const d = { guild_id: guildId, ...executed, action: { type: 1 } };
    await sim('POST', 'dispatch', { t: 'AUTO_MODERATION_ACTION_EXECUTION', d });

    const received = await stream.take(4, 'moderation.recorded');
    stream.close();
    const ban = { kind: 'ban', moderatorId, targetId, reason: 'spam', channelId: null };
    const block = { kind: 'automod_block', moderatorId: null, targetId, channelId, ruleName: 'no links' };
    const expected = [
      { ...ban, moderatorId: null, reason: null },
      ban,
      { ...block, ruleId: null },
      { ...block, ruleId: '77' },
    ];
    expect(received.map(({ data }) => data)).toMatchObject(expected);
    const posted = await receiver.waitFor(4);
    expect(posted.map(({ body }) => body)).toMatchObject(
      expected.map((data) => ({ type: 'moderation.recorded', data })),
    );
    const before = await log();
    expect(before).toMatchObject([{ ...block, ruleId: '77' }, ban]);

    const { natsUrl } = temp.stack;
    const { version } = await requestProjector(natsUrl, 'projections.rebuild');
    const { from } = await until('the rebuilt projection is read', WAIT_MS, () =>
      requestProjector(natsUrl, 'projections.switch', { version }),
    );
    expect(await requestProjector(natsUrl, 'projections.compare', { version: from })).toMatchObject({
      equal: true,
    });
    expect(await log()).toEqual(before);
  }, 120_000);
});
