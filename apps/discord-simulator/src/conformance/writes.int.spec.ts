import { Routes, type APIApplicationCommand, type APIMessage, type APIWebhook } from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../simulator.js';
import { createBot, EVERY_INTENT, until, type BotClient } from '../testing/bot-client.js';
import { conformance } from './with-spec.js';

conformance('conformance of the responses to writes of a bot', (spec) => {
  let sim: Simulator;
  let bot: BotClient;
  let guildId: string;
  let channelId: string;
  let userId: string;

  const dispatched = async (t: string): Promise<Record<string, unknown>> => {
    await until(() => bot.dispatches.some((each) => each.t === t));
    return bot.dispatches.find((each) => each.t === t)?.d as unknown as Record<string, unknown>;
  };

  beforeAll(async () => {
    sim = await startSimulator({ historyPerChannel: 0, guilds: 1, interactionWindowMs: 60_000 });
    bot = createBot(sim.url, { intents: EVERY_INTENT });
    await bot.manager.connect();
    guildId = [...sim.world.guilds.keys()][0]!;
    channelId = sim.world.channelsOf(guildId).find(({ name }) => name === 'general')!.id;
    userId = [...sim.world.users.values()].find((user) => !user.bot)!.id;
  });
  afterAll(async () => {
    await bot.stop();
    await sim.close();
  });

  it('messages with files and components have the documented shape', async () => {
    const path = '/channels/{channel_id}/messages';
    const components = [{ type: 1, components: [{ type: 2, style: 1, label: 'Press', custom_id: 'press' }] }];
    const files = [{ name: 'a.txt', data: Buffer.from('a'), contentType: 'text/plain' }];
    const body = { components, attachments: [{ id: 0, description: 'a file' }] };
    const created = await bot.rest.post(Routes.channelMessages(channelId), { body, files });
    expect(created).toMatchObject({ attachments: [{ description: 'a file' }], components: [{ id: 1 }] });
    expect(spec.problemsOfAnswer('post', path, created)).toEqual([]);
    const { id } = created as APIMessage;
    const edited = await bot.rest.patch(Routes.channelMessage(channelId, id), { body: { attachments: [] } });
    expect(edited).toMatchObject({ attachments: [] });
    expect(spec.problemsOfAnswer('patch', `${path}/{message_id}`, edited)).toEqual([]);
  });

  it('messages with version 2 of the components have the documented shape', async () => {
    const components = [
      { type: 17, components: [{ type: 10, content: 'a text' }, { type: 14 }] },
      {
        type: 9,
        components: [{ type: 10, content: 'beside' }],
        accessory: { type: 2, style: 5, label: 'Go', url: 'https://example.org' },
      },
    ];
    const created = await bot.rest.post(Routes.channelMessages(channelId), {
      body: { components, flags: 1 << 15 },
    });
    expect(created).toMatchObject({ flags: 1 << 15, content: '' });
    expect(spec.problemsOfAnswer('post', '/channels/{channel_id}/messages', created)).toEqual([]);
  });

  it('webhooks and their messages have the documented shape', async () => {
    const webhook = (await bot.rest.post(Routes.channelWebhooks(channelId), {
      body: { name: 'news' },
    })) as APIWebhook;
    expect(spec.problemsOfAnswer('post', '/channels/{channel_id}/webhooks', webhook)).toEqual([]);
    const lists = [
      ['/channels/{channel_id}/webhooks', Routes.channelWebhooks(channelId)],
      ['/guilds/{guild_id}/webhooks', Routes.guildWebhooks(guildId)],
    ] as const;
    for (const [path, route] of lists) {
      const list = await bot.rest.get(route);
      expect(list).toHaveLength(1);
      expect(spec.problemsOfAnswer('get', path, list)).toEqual([]);
    }
    const { token = '' } = webhook;
    const byToken = Routes.webhook(webhook.id, token);
    const path = '/webhooks/{webhook_id}/{webhook_token}';
    expect(spec.problemsOfAnswer('get', path, await bot.rest.get(byToken, { auth: false }))).toEqual([]);
    const query = new URLSearchParams({ wait: 'true' });
    const body = { content: 'news', username: 'Herald' };
    const message = (await bot.rest.post(byToken, { body, query, auth: false })) as APIMessage;
    expect(message).toMatchObject({ webhook_id: webhook.id, author: { username: 'Herald' } });
    expect(spec.problemsOfAnswer('post', path, message)).toEqual([]);
    const one = Routes.webhookMessage(webhook.id, token, message.id);
    const edited = await bot.rest.patch(one, { body: { content: 'older news' }, auth: false });
    expect(spec.problemsOfAnswer('patch', `${path}/messages/{message_id}`, edited)).toEqual([]);
    await bot.rest.delete(one, { auth: false });
    if (spec.knowsEvents)
      expect(spec.unknownFieldsOf('WEBHOOKS_UPDATE', null, await dispatched('WEBHOOKS_UPDATE'))).toEqual([]);
  });

  it('commands, interactions and their responses have the documented shape', async () => {
    const { id: botId } = sim.world.bot;
    const routes = [
      [Routes.applicationCommands(botId), '/applications/{application_id}/commands'],
      [
        Routes.applicationGuildCommands(botId, guildId),
        '/applications/{application_id}/guilds/{guild_id}/commands',
      ],
    ] as const;
    for (const [route, path] of routes) {
      const set = await bot.rest.put(route, { body: [{ name: 'ping', description: 'answers' }] });
      expect(spec.problemsOfAnswer('put', path, set)).toEqual([]);
      const list = (await bot.rest.get(route)) as APIApplicationCommand[];
      expect(spec.problemsOfAnswer('get', path, list)).toEqual([]);
      const changed = await bot.rest.patch(`${route}/${list[0]?.id}`, { body: { description: 'pongs' } });
      expect(spec.problemsOfAnswer('patch', `${path}/{command_id}`, changed)).toEqual([]);
    }
    const began = await fetch(`${sim.url}/_sim/channels/${channelId}/interactions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'command', name: 'ping', userId }),
    });
    const { id, token } = (await began.json()) as { id: string; token: string };
    const d = await dispatched('INTERACTION_CREATE');
    expect(d).toMatchObject({ id, token, type: 2, data: { name: 'ping' } });
    if (spec.knowsEvents) expect(spec.unknownFieldsOf('INTERACTION_CREATE', null, d)).toEqual([]);
    const query = new URLSearchParams({ with_response: 'true' });
    const body = { type: 4, data: { content: 'pong' } };
    const answer = await bot.rest.post(Routes.interactionCallback(id, token), { body, query, auth: false });
    const path = '/interactions/{interaction_id}/{interaction_token}/callback';
    expect(spec.problemsOfAnswer('post', path, answer)).toEqual([]);
    const original = Routes.webhookMessage(botId, token, '@original');
    const message = await bot.rest.get(original, { auth: false });
    const messagePath = '/webhooks/{webhook_id}/{webhook_token}/messages/@original';
    expect(spec.problemsOfAnswer('get', messagePath, message)).toEqual([]);
  });

  it('written channels, roles, members and users have the documented shape', async () => {
    const channel = (await bot.rest.post(Routes.guildChannels(guildId), { body: { name: 'new' } })) as {
      id: string;
    };
    expect(spec.problemsOf('GuildChannelResponse', channel)).toEqual([]);
    const changed = await bot.rest.patch(Routes.channel(channel.id), { body: { topic: 'a topic' } });
    expect(spec.problemsOfAnswer('patch', '/channels/{channel_id}', changed)).toEqual([]);
    const role = (await bot.rest.post(Routes.guildRoles(guildId), { body: { name: 'helper' } })) as {
      id: string;
    };
    expect(spec.problemsOfAnswer('post', '/guilds/{guild_id}/roles', role)).toEqual([]);
    const member = await bot.rest.patch(Routes.guildMember(guildId, userId), { body: { roles: [role.id] } });
    expect(member).toMatchObject({ roles: [role.id] });
    expect(spec.problemsOfAnswer('patch', '/guilds/{guild_id}/members/{user_id}', member)).toEqual([]);
    const user = await bot.rest.get(Routes.user(userId));
    expect(spec.problemsOfAnswer('get', '/users/{user_id}', user)).toEqual([]);
    await bot.rest.post(Routes.channelTyping(channelId));
    if (spec.knowsEvents)
      expect(spec.unknownFieldsOf('TYPING_START', null, await dispatched('TYPING_START'))).toEqual([]);
  });
});
