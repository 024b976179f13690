import type { Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { Collector } from '../support/monitoring/collector.js';
import { openTempStack, signToken, type TempStack } from '../support/stacks/temp-stack.js';
import { TestSocket } from '../support/clients/test-socket.js';

describe('from the local Discord to a client', () => {
  let temp: TempStack & { close(): Promise<void> };
  let collector: Collector;
  let client: TestSocket;
  let guildId: string;
  let channelId: string;

  beforeAll(async () => {
    collector = await Collector.listen();
    const { env } = collector;
    const envOf = { ingestor: env, projector: env, 'gateway-api': env };
    temp = await openTempStack({ progress: () => undefined, envOf });
    const guild = await temp.sim.createGuild('End to end', [
      { name: 'general' },
      { name: 'talk', type: 'voice' },
    ]);
    guildId = guild.id;
    channelId = guild.channels[0]!.id;
    client = await TestSocket.open(temp.url, temp.token);
    await until('the channel is projected', 10_000, async () => {
      const answer = await client.socket
        .timeout(2_000)
        .emitWithAck('join_channel', { channelId: channelId as Snowflake });
      return answer.ok || undefined;
    });
  }, 120_000);

  afterAll(async () => {
    client?.close();
    await temp?.close();
    await collector?.close();
  });

  async function get(
    path: string,
    token = temp.token,
  ): Promise<{ status: number; type: string; body: never }> {
    const response = await fetch(temp.url + path, { headers: { authorization: `Bearer ${token}` } });
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, body: (await response.json()) as never };
  }

  it('a trace contains a message from the dispatch to its delivery, and requests by their route', async () => {
    await temp.sim.say(channelId, 'follow me', 'ada');
    await get('/api/v1/guilds');
    const find = (service: string, name: string, parentSpanId?: string) =>
      collector.spans.find(
        (span) => span.service === service && span.name === name && span.parentSpanId === parentSpanId,
      );
    const stages = await until('all stages', 10_000, () => {
      const recorded = find('ingestor', 'record MESSAGE_CREATE');
      const projected = recorded && find('projector', 'project message.created', recorded.spanId);
      const delivered = projected && find('gateway-api', 'deliver message', projected.spanId);
      const request = find('gateway-api', 'GET /api/v1/guilds');
      return delivered && request && { recorded, projected, delivered, request };
    });
    expect(stages.projected.traceId).toBe(stages.recorded.traceId);
    expect(stages.delivered.traceId).toBe(stages.recorded.traceId);
    expect(stages.delivered.attributes['relay.seq']).toBe(stages.projected.attributes['relay.seq']);
    expect(stages.request.attributes['http.response.status_code']).toBe(200);
    expect(JSON.stringify(collector.spans)).not.toContain('follow me');
  });

  // The programs are bundles: the ingestor's change in a library must reach the bundled copy.
  it('the ingestor identifies itself to the gateway with a User-Agent', async () => {
    const { sessions } = await temp.sim.sessions();
    expect(sessions.map(({ userAgent }) => userAgent)).toEqual([
      expect.stringMatching(/^DiscordBot \(\S+, /),
    ]);
  });

  it('a client receives its user', async () =>
    expect(await client.event('user_info')).toMatchObject({ role: 'admin' }));

  it('a client lists the channels with exactly the fields of the protocol', async () => {
    client.socket.emit('get_channels');
    const list = (await client.event('channels_list')) as unknown as Record<string, unknown>[];
    expect(list).toContainEqual({
      id: channelId,
      name: 'general',
      type: 'text',
      discordType: 0,
      serverId: guildId,
    });
    expect(list.map(({ name }) => name)).toContain('talk');
  });

  it('a client receives a message, its edit and its deletion with exactly the fields of the protocol', async () => {
    const said = await temp.sim.say(channelId, 'hello <b>there</b>', 'ada');
    const message = await client.event('message', ({ id }) => id === said.id);
    expect(message).toEqual({
      id: said.id,
      content: 'hello <b>there</b>',
      author: { id: expect.stringMatching(/^\d+$/), username: 'ada' },
      timestamp: new Date(said.timestamp).toISOString(),
      editedTimestamp: null,
      pinned: false,
      revision: 0,
      channelId,
      serverId: guildId,
      seq: expect.any(Number),
      prev: expect.any(Number),
    });

    const edited = await temp.sim.edit(channelId, said.id, 'hello again');
    const update = await client.event('message_update', ({ id }) => id === said.id);
    expect(update).toMatchObject({
      content: 'hello again',
      editedTimestamp: new Date(edited.edited_timestamp).toISOString(),
      revision: 1,
      channelId,
      serverId: guildId,
      prev: message.seq,
    });

    await temp.sim.delete(channelId, said.id);
    const deletion = await client.event('message_delete', ({ id }) => id === said.id);
    expect(deletion).toEqual({
      id: said.id,
      channelId,
      serverId: guildId,
      seq: expect.any(Number),
      prev: update.seq,
    });
  });

  it('a client receives a bulk deletion as one event per message, of which only the last moves the cursor', async () => {
    const said = [await temp.sim.say(channelId, 'one'), await temp.sim.say(channelId, 'two')];
    const ids = said.map(({ id }) => id);
    await temp.sim.bulkDelete(channelId, ids);
    const deletions = await Promise.all(
      ids.map((id) => client.event('message_delete', (event) => event.id === id)),
    );
    expect(new Set(deletions.map(({ prev }) => prev)).size).toBe(1);
    expect(deletions.filter(({ seq, prev }) => seq !== prev)).toHaveLength(1);
  });

  it('a client receives channels that are created, changed and deleted', async () => {
    const made = await temp.sim.createChannel(guildId, 'new-room');
    const created = await client.event('channel_update', ({ id }) => id === made.id);
    expect(created).toMatchObject({
      name: 'new-room',
      type: 'text',
      discordType: 0,
      serverId: guildId,
      deleted: false,
    });
    await temp.sim.patchChannel(made.id, { name: 'renamed' });
    await client.event('channel_update', ({ id, name }) => id === made.id && name === 'renamed');
    await temp.sim.deleteChannel(made.id);
    await client.event('channel_update', ({ id, deleted }) => id === made.id && deleted === true);
  });

  it('REST returns in pages what was delivered live', async () => {
    const said = [];
    for (let i = 0; i < 5; i++) said.push(await temp.sim.say(channelId, `page ${i}`));
    const ids = said.map(({ id }) => id);
    await client.event('message', ({ id }) => id === ids[4]);
    expect((await get('/api/v1/guilds')).body).toContainEqual({
      id: guildId,
      name: 'End to end',
      icon: null,
    });
    expect((await get(`/api/v1/guilds/${guildId}/channels`)).body).toContainEqual(
      expect.objectContaining({
        id: channelId,
        name: 'general',
        type: 'text',
        discordType: 0,
        serverId: guildId,
        history: true,
      }),
    );
    const idsOf = async (query: string) =>
      (
        (await get(`/api/v1/channels/${channelId}/messages?${query}`)).body as { messages: { id: string }[] }
      ).messages.map(({ id }) => id);
    expect(await idsOf('limit=2')).toEqual(ids.slice(3));
    expect(await idsOf(`before=${ids[3]}&limit=2`)).toEqual(ids.slice(1, 3));
    expect(await idsOf(`after=${ids[0]}&limit=2`)).toEqual(ids.slice(1, 3));
    expect(await idsOf(`around=${ids[2]}&limit=3`)).toEqual(ids.slice(1, 4));
    const { body } = await get(`/api/v1/search?guild=${guildId}&q=page&limit=2`);
    expect((body as { messages: { id: string }[] }).messages.map(({ id }) => id)).toEqual([ids[4], ids[3]]);
  });

  it('a client resumes from a cursor with the complete tail, and nothing else', async () => {
    const before = await temp.sim.say(channelId, 'before the cut');
    const cursor = (await client.event('message', ({ id }) => id === before.id)).seq as number;
    const missed = await temp.sim.say(channelId, 'during the cut');
    await client.event('message', ({ id }) => id === missed.id);
    const back = await TestSocket.open(temp.url, temp.token);
    const answer = await back.socket.timeout(5_000).emitWithAck('join_channel', {
      channelId: channelId as Snowflake,
      after: cursor,
    });
    expect(answer).toMatchObject({ ok: true, resumed: true });
    const unsolicited = ['user_info', 'source'];
    const tail = back.received.filter(({ event }) => !unsolicited.includes(event));
    expect(tail.map(({ payload }) => payload.id)).toEqual([missed.id]);
    back.close();
  });

  it('a client still gets history when the ingestor is down', async () => {
    await temp.stack.service('ingestor').kill();
    const page = await get(`/api/v1/channels/${channelId}/messages?limit=1`);
    expect(page.status).toBe(200);
    temp.stack.service('ingestor').start();
    await temp.stack.service('ingestor').ready();
    const said = await temp.sim.say(channelId, 'after the ingestor came back');
    await client.event('message', ({ id }) => id === said.id);
  });

  describe('invalid input', () => {
    it('invalid input from Discord is skipped and counted, and nothing after it is lost', async () => {
      const hostile: [string, unknown][] = [
        ['MESSAGE_CREATE', { id: 'not-an-id', channel_id: null, content: 42 }],
        ['MESSAGE_CREATE', null],
        ['MESSAGE_UPDATE', { guild_id: guildId, channel_id: channelId }],
        ['MESSAGE_DELETE_BULK', { guild_id: guildId, channel_id: channelId, ids: 'all' }],
        ['GUILD_CREATE', { id: [], channels: 'none' }],
        ['SOMETHING_NEW', { guild_id: guildId, deep: { deeper: [1, 2, 3] } }],
        [
          'MESSAGE_CREATE',
          { guild_id: guildId, channel_id: '1', id: '2', content: 'unknown channel', author: { id: '3' } },
        ],
      ];
      for (const [t, d] of hostile) await temp.sim.dispatch(t, d);
      const huge = 'x'.repeat(4 * 1024 * 1024);
      await temp.sim.dispatch('SOMETHING_HUGE', { guild_id: guildId, huge });
      await temp.sim.dispatch('MESSAGE_CREATE', {
        guild_id: guildId,
        channel_id: channelId,
        id: huge,
        content: huge,
      });
      const nasty = `'; DROP TABLE messages; -- <script>alert(1)</script> \u202e and a lone \\ud800`;
      const said = await temp.sim.say(channelId, nasty);
      const message = await client.event('message', ({ id }) => id === said.id);
      expect(message.content).toBe(nasty);
      const metrics = await (await fetch(`${temp.stack.service('ingestor').url}/metrics`)).text();
      const skipped = [
        ...metrics.matchAll(/^relay_ingestor_skipped_total\{[^}]*reason="([a-z_]+)"[^}]*\} (\d+)/gm),
      ];
      expect(skipped.map(([, reason]) => reason)).toEqual(
        expect.arrayContaining(['malformed', 'unknown_dispatch']),
      );
      expect(temp.stack.service('ingestor').running).toBe(true);
    });

    it.each([
      ['no token', async () => '', 'AUTH.TOKEN_MISSING'],
      ['garbage for a token', async () => 'garbage', 'AUTH.TOKEN_INVALID'],
      [
        'a token signed by somebody else',
        () => signToken('another-secret-that-is-not-the-right-one'),
        'AUTH.TOKEN_INVALID',
      ],
      [
        'an expired token',
        () => signToken(temp.stack.jwtSecret, { expiresAt: 1_600_000_000 }),
        'AUTH.TOKEN_EXPIRED',
      ],
      [
        'a token with an unknown role',
        () => signToken(temp.stack.jwtSecret, { role: 'root' }),
        'AUTH.TOKEN_INVALID',
      ],
    ])('%s is refused on every transport', async (_, makeToken, code) => {
      const token = await makeToken();
      const answer = await get('/api/v1/guilds', token);
      expect(answer).toMatchObject({ status: 401, body: { code, retryable: false } });
      expect(answer.type).toMatch(/^application\/problem\+json/);
      const refusal = await TestSocket.open(temp.url, token).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ data: { code, message: expect.any(String), retryable: false } });
    });

    it('an invalid join_channel is answered with a clear error, and the socket continues', async () => {
      const garbage = [
        null,
        'general',
        42,
        [],
        {},
        { channelId: 1 },
        { channelId: '1; DROP TABLE messages' },
        { channelId, limit: 0 },
        { channelId, after: -1 },
        { channelId, extra: true },
        { channelId: '999999999999999999' },
      ];
      for (const request of garbage) {
        const answer = await client.socket.timeout(5_000).emitWithAck('join_channel', request as never);
        expect(answer).toMatchObject({ ok: false, error: { code: expect.any(String), retryable: false } });
      }
      expect(await client.event('error')).toEqual({
        event: 'join_channel',
        code: expect.stringMatching(/^[A-Z]+\.[A-Z_]+$/),
        message: expect.any(String),
        retryable: expect.any(Boolean),
      });
      const said = await temp.sim.say(channelId, 'after the garbage');
      await client.event('message', ({ id }) => id === said.id);
    });

    it.each([
      ['/api/v1/channels/1/messages', 404],
      ['/api/v1/channels/x/messages', 400],
      ['/api/v1/guilds/1/channels', 404],
      ['/api/v1/nothing', 404],
    ])('%s is answered with problem+json', async (path, status) => {
      const answer = await get(path);
      expect(answer).toMatchObject({ status, body: { status, code: expect.any(String), retryable: false } });
      expect(answer.type).toMatch(/^application\/problem\+json/);
    });
  });

  it('every service reports its state: health, readiness, status and metrics', async () => {
    const health = await until('the ingestor counted', 15_000, async () => {
      const { body } = await get('/api/health');
      return (body as { connections: { discord: number } }).connections.discord > 0 ? body : undefined;
    });
    expect(health).toMatchObject({
      status: 'healthy',
      timestamp: expect.any(String),
      uptime: expect.any(Number),
      connections: { total: expect.any(Number), discord: 1 },
      memory: { used: expect.stringMatching(/^\d+MB$/), total: expect.stringMatching(/^\d+MB$/) },
      environment: expect.any(String),
    });
    expect((await get('/api/metrics')).body).toMatchObject({
      connections: expect.anything(),
      rooms: { total: expect.any(Number), channels: expect.any(Number), activeChannels: expect.any(Array) },
      performance: {
        eventLoopDelay: expect.any(Number),
        cpuUsage: { user: expect.any(Number), system: expect.any(Number) },
      },
    });
    for (const service of temp.stack.services.values()) {
      for (const path of ['/api/ready', '/api/live', '/api/status', '/metrics']) {
        expect((await fetch(service.url + path)).status).toBe(200);
      }
    }
  });
});
