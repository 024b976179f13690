import type { AccessExplanation } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { openTempStack, signToken, type TempStack } from '../support/stacks/temp-stack.js';
import { TestSocket } from '../support/clients/test-socket.js';

describe('a user who leaves a guild while no ingestor runs', () => {
  let temp: TempStack & { close(): Promise<void> };
  let guildId: string;
  let channelId: string;
  const userIds: string[] = [];
  const sockets: TestSocket[] = [];

  beforeAll(async () => {
    const envOf = {
      ingestor: { RECORD_MEMBERS: 'true' },
      'discord-simulator': { SIM_MEMBER_LIST_WINDOW_MS: '5000' },
    };
    temp = await openTempStack({ progress: () => undefined, envOf });
    for (const name of ['ada', 'grace']) userIds.push((await temp.sim.createUser(name)).id);
    const guild = await temp.sim.createGuild('Members', [{ name: 'general' }]);
    guildId = guild.id;
    channelId = guild.channels[0]!.id;
  }, 90_000);

  afterAll(async () => {
    for (const each of sockets) each.close();
    await temp?.close();
  });

  const inSimulator = async (method: string, path: string) => {
    const response = await fetch(`${temp.stack.simulator!.url}/_sim/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.ok).toBe(true);
  };

  const rightsOf = async (userId: string) => {
    const response = await fetch(`${temp.url}/api/v1/access/explain?user=${userId}&channel=${channelId}`, {
      headers: { authorization: `Bearer ${temp.token}` },
    });
    return response.ok ? ((await response.json()) as AccessExplanation).read : undefined;
  };

  it('a user who leaves a guild while no ingestor runs loses its channels once a new session has listed all members', async () => {
    for (const userId of userIds) {
      await until('the member is known', 15_000, async () => (await rightsOf(userId))?.allowed || undefined);
      const token = await signToken(temp.stack.jwtSecret, { role: 'viewer', discord_user_id: userId });
      const socket = await TestSocket.open(temp.url, token);
      sockets.push(socket);
      expect(await socket.socket.timeout(10_000).emitWithAck('join_channel', { channelId })).toMatchObject({
        ok: true,
      });
    }
    const [stays, leaves] = sockets as [TestSocket, TestSocket];
    await temp.stack.service('ingestor').kill();
    await inSimulator('POST', 'sessions/expire');
    await inSimulator('DELETE', `guilds/${guildId}/members/${userIds[1]}`);
    temp.stack.service('ingestor').start();
    // The new session requests the list before Discord sends it again.
    const unsubscribed = await until('unsubscribed', 90_000, () =>
      leaves.received.find(({ event }) => event === 'unsubscribed'),
    );
    expect(unsubscribed.payload).toMatchObject({ channelId, code: 'CHANNEL.ACCESS_LOST' });
    expect(await rightsOf(userIds[1]!)).toEqual({ allowed: false, rule: 'not_a_member' });
    expect(await rightsOf(userIds[0]!)).toMatchObject({ allowed: true });
    expect(stays.received.map(({ event }) => event)).not.toContain('unsubscribed');
  }, 150_000);
});
