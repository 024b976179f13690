import { Routes, type APIMessage } from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../simulator.js';
import { intentsForGuildEvent } from '../gateway/dispatches/intents.js';
import { createBot, EVERY_INTENT, until, type BotClient } from '../testing/bot-client.js';
import type { DiscordSpec } from './discord-spec.js';
import { conformance } from './with-spec.js';

conformance("conformance with Discord's specification", suite);

function suite(spec: DiscordSpec): void {
  let sim: Simulator;
  let bot: BotClient;
  let guildId: string;
  let channelId: string;

  const get = (route: `/${string}`, query: Record<string, string> = {}) =>
    bot.rest.get(route, { query: new URLSearchParams(query) });
  const dispatched = async (t: string): Promise<Record<string, unknown>> => {
    await until(() => bot.dispatches.some((each) => each.t === t));
    return bot.dispatches.find((each) => each.t === t)?.d as unknown as Record<string, unknown>;
  };

  beforeAll(async () => {
    sim = await startSimulator({ historyPerChannel: 5 });
    bot = createBot(sim.url, { intents: EVERY_INTENT });
    await bot.manager.connect();
    guildId = [...sim.world.guilds.keys()][0]!;
    channelId = sim.world.channelsOf(guildId).find(({ name }) => name === 'general')!.id;
    const author = [...sim.world.users.values()].find((user) => !user.bot)!;
    const said = sim.world.createMessage(channelId, {
      authorId: author.id,
      content: `hello <@${sim.world.bot.id}>`,
    });
    sim.world.createMessage(channelId, { authorId: author.id, content: 'an answer', replyToId: said.id });
    sim.world.editMessage(channelId, said.id, { content: `hello <@${author.id}>!` });
    sim.world.deleteMessage(channelId, said.id);
    const two = [1, 2].map(
      () => sim.world.createMessage(channelId, { authorId: author.id, content: 'x' }).id,
    );
    sim.world.bulkDeleteMessages(channelId, two);
    const channel = sim.world.createChannel(guildId, { name: 'new-here' });
    sim.world.updateChannel(channel.id, { topic: 'now with a topic' });
    sim.world.deleteChannel(channel.id);
    sim.world.updateGuild(guildId, { systemChannelId: channelId });
    sim.world.system.boosted(guildId, author.id);
    doReactions(sim, channelId);
    doPeople(sim, guildId, channelId);
    sim.world.updateGuild(guildId, { description: 'changed' });
    await dispatched('GUILD_UPDATE');
  });
  afterAll(async () => {
    await bot.stop();
    await sim.close();
  });

  it.each([
    ['/gateway', '/gateway'],
    ['/gateway/bot', '/gateway/bot'],
    ['/users/@me', '/users/@me'],
    ['/users/@me/guilds', '/users/@me/guilds'],
    ['/applications/@me', '/applications/@me'],
    ['/oauth2/applications/@me', '/oauth2/applications/@me'],
  ] as const)('the response of GET %s has the documented shape', async (path, route) => {
    expect(spec.problemsOfAnswer('get', path, await get(route))).toEqual([]);
  });

  it('the responses with a guild, its channels of every type and one channel have the documented shape', async () => {
    expect(spec.problemsOfAnswer('get', '/guilds/{guild_id}', await get(Routes.guild(guildId)))).toEqual([]);
    const counted = await get(Routes.guild(guildId), { with_counts: 'true' });
    expect(spec.problemsOfAnswer('get', '/guilds/{guild_id}', counted)).toEqual([]);
    const channels = (await get(Routes.guildChannels(guildId))) as { type: number }[];
    expect(new Set(channels.map(({ type }) => type))).toEqual(new Set([0, 2, 4, 5, 13]));
    expect(spec.problemsOfAnswer('get', '/guilds/{guild_id}/channels', channels)).toEqual([]);
    const channel = await get(Routes.channel(channelId));
    expect(spec.problemsOfAnswer('get', '/channels/{channel_id}', channel)).toEqual([]);
  });

  it('the responses of GET, POST and PATCH for messages have the documented shape', async () => {
    const path = '/channels/{channel_id}/messages';
    const list = (await get(Routes.channelMessages(channelId), { limit: '100' })) as APIMessage[];
    // Answers, and the system messages about joins, boosts, pins and threads.
    expect(list.map(({ type }) => type)).toEqual(expect.arrayContaining([19, 7, 8, 18]));
    expect(spec.problemsOfAnswer('get', path, list)).toEqual([]);
    const body = {
      content: 'posted',
      nonce: 'abc',
      embeds: [{ title: 'a title', description: 'text', color: 5 }],
    };
    const created = (await bot.rest.post(Routes.channelMessages(channelId), { body })) as APIMessage;
    expect(spec.problemsOfAnswer('post', path, created)).toEqual([]);
    const one = Routes.channelMessage(channelId, created.id);
    const edited = await bot.rest.patch(one, { body: { content: 'posted again' } });
    expect(spec.problemsOfAnswer('patch', `${path}/{message_id}`, edited)).toEqual([]);
    expect(spec.problemsOfAnswer('get', `${path}/{message_id}`, await get(one))).toEqual([]);
  });

  spec.itWithEvents('every event requires the intents that the documentation names', () => {
    for (const [name, bits] of spec.intentsOfGuildEvents()) {
      expect([name, intentsForGuildEvent(name)]).toEqual([name, bits]);
    }
  });

  it('the responses with threads, members, roles and bans have the documented shape', async () => {
    const active = await get(Routes.guildActiveThreads(guildId));
    expect(active).toMatchObject({ threads: [{ name: 'kept' }], members: [{}] });
    expect(spec.problemsOfAnswer('get', '/guilds/{guild_id}/threads/active', active)).toEqual([]);
    const archived = await get(Routes.channelThreads(channelId, 'public'));
    const path = '/channels/{channel_id}/threads/archived/public';
    expect(archived).toMatchObject({ threads: [{ name: 'old' }], has_more: false });
    expect(spec.problemsOfAnswer('get', path, archived)).toEqual([]);
    const members = await get(Routes.guildMembers(guildId), { limit: '3' });
    expect(spec.problemsOfAnswer('get', '/guilds/{guild_id}/members', members)).toEqual([]);
    const found = await get(Routes.guildMembersSearch(guildId), { query: 'AMBER', limit: '3' });
    expect(found).toHaveLength(1);
    expect(spec.problemsOfAnswer('get', '/guilds/{guild_id}/members/search', found)).toEqual([]);
    const roles = await get(Routes.guildRoles(guildId));
    expect(spec.problemsOfAnswer('get', '/guilds/{guild_id}/roles', roles)).toEqual([]);
    const bans = await get(Routes.guildBans(guildId));
    expect(bans).toHaveLength(1);
    expect(spec.problemsOfAnswer('get', '/guilds/{guild_id}/bans', bans)).toEqual([]);
  });

  it('the response with the users of a reaction has the documented shape', async () => {
    const { id } = sim.world
      .history(channelId)
      .all()
      .find(({ reactions }) => reactions?.length)!;
    const users = await get(`${Routes.channelMessage(channelId, id)}/reactions/%F0%9F%94%A5`);
    expect(users).toHaveLength(1);
    const path = '/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}';
    expect(spec.problemsOfAnswer('get', path, users)).toEqual([]);
  });

  it.each([
    ['MESSAGE_CREATE', 'MessageResponse'],
    ['MESSAGE_UPDATE', 'MessageResponse'],
    ['CHANNEL_CREATE', 'GuildChannelResponse'],
    ['CHANNEL_UPDATE', 'GuildChannelResponse'],
    ['CHANNEL_DELETE', 'GuildChannelResponse'],
    ['GUILD_CREATE', 'GuildResponse'],
    ['GUILD_UPDATE', 'GuildResponse'],
    ['THREAD_CREATE', 'ThreadResponse'],
    ['THREAD_UPDATE', 'ThreadResponse'],
    ['GUILD_MEMBER_ADD', 'GuildMemberResponse'],
    ['GUILD_MEMBER_UPDATE', 'GuildMemberResponse'],
    ['VOICE_STATE_UPDATE', 'VoiceStateResponse'],
  ])('%s has a valid %s and documented fields only', async (t, schema) => {
    const d = await dispatched(t);
    expect(spec.problemsOf(schema, d)).toEqual([]);
    if (spec.knowsEvents) expect(spec.unknownFieldsOf(t, schema, d)).toEqual([]);
  });

  spec.itWithEvents.each([
    'READY',
    'MESSAGE_DELETE',
    'MESSAGE_DELETE_BULK',
    'MESSAGE_REACTION_ADD',
    'MESSAGE_REACTION_REMOVE',
    'MESSAGE_REACTION_REMOVE_ALL',
    'MESSAGE_REACTION_REMOVE_EMOJI',
    'THREAD_DELETE',
    'THREAD_MEMBERS_UPDATE',
    'GUILD_ROLE_CREATE',
    'GUILD_ROLE_UPDATE',
    'GUILD_ROLE_DELETE',
    'GUILD_MEMBER_REMOVE',
    'GUILD_BAN_ADD',
    'GUILD_BAN_REMOVE',
  ])('%s has documented fields only', async (t) => {
    expect(spec.unknownFieldsOf(t, null, await dispatched(t))).toEqual([]);
  });

  it('GUILD_CREATE contains valid channels, members and roles', async () => {
    const { channels, members, roles } = (await dispatched('GUILD_CREATE')) as Record<string, object[]>;
    // Discord omits guild_id here, because it would only repeat the guild's own id.
    for (const channel of channels ?? []) {
      expect(spec.problemsOf('GuildChannelResponse', { ...channel, guild_id: guildId })).toEqual([]);
    }
    for (const member of members ?? []) expect(spec.problemsOf('GuildMemberResponse', member)).toEqual([]);
    for (const role of roles ?? []) expect(spec.problemsOf('GuildRoleResponse', role)).toEqual([]);
    expect([channels?.length, members?.length, roles?.length]).toEqual([13, 1, 2]);
  });

  it('the conformance suite rejects invalid payloads, so it can fail', async () => {
    const [message] = (await get(Routes.channelMessages(channelId), { limit: '1' })) as APIMessage[];
    const { timestamp: _gone, ...incomplete } = message!;
    expect(spec.problemsOf('MessageResponse', message)).toEqual([]);
    expect(spec.problemsOf('MessageResponse', incomplete).join()).toMatch(/timestamp/);
    expect(spec.problemsOf('MessageResponse', { ...message, id: 5 }).join()).toMatch(/\/id must be string/);
    expect(spec.problemsOf('MessageResponse', { ...message, timestamp: 'yesterday' }).join()).toMatch(
      /date-time/,
    );
    expect(spec.problemsOf('GuildChannelResponse', { id: '1', type: 0 })).not.toEqual([]);
    expect(() => spec.problemsOf('NoSuchSchema', {})).toThrow(/no schema/);
  });

  spec.itWithEvents('the suite finds fields that are not documented', () => {
    expect(spec.unknownFieldsOf('MESSAGE_CREATE', 'MessageResponse', { invented: 1 })).toEqual(['invented']);
  });
}

/** Adds reactions of every kind; one stays on the message that is listed later. */
function doReactions(sim: Simulator, channelId: string): void {
  const [message] = sim.world.history(channelId).all();
  const [, ann = '', bob = ''] = [...sim.world.users.keys()];
  const place = { channelId, messageId: message!.id };
  const emoji = { id: null, name: '🔥', animated: false };
  const party = { id: '2000', name: 'party', animated: true };
  sim.world.reactions.add({ ...place, userId: ann, emoji }, true);
  sim.world.reactions.clear(channelId, place.messageId);
  sim.world.reactions.add({ ...place, userId: ann, emoji: party });
  sim.world.reactions.clear(channelId, place.messageId, party);
  sim.world.reactions.add({ ...place, userId: ann, emoji });
  sim.world.reactions.add({ ...place, userId: bob, emoji });
  sim.world.reactions.remove({ ...place, userId: bob, emoji });
}

/** Creates threads, roles, members, bans and a voice state; some of each stay. */
function doPeople(sim: Simulator, guildId: string, channelId: string): void {
  const { threads, roles, members, voice } = sim.world;
  const [, ann = '', bob = '', cid = ''] = [...sim.world.users.keys()];
  const [message] = sim.world.history(channelId).all();
  threads.create(channelId, { name: 'kept', ownerId: sim.world.bot.id });
  const old = threads.create(channelId, { name: 'old', ownerId: ann, messageId: message!.id });
  threads.join(old.id, bob);
  threads.leave(old.id, bob);
  sim.world.createMessage(old.id, { authorId: bob, content: 'in a thread' });
  threads.update(old.id, { archived: true });
  threads.delete(threads.create(channelId, { name: 'gone', ownerId: ann }).id);
  const role = roles.create(guildId, { name: 'helper', color: 255 });
  roles.update(guildId, role.id, { hoist: true });
  members.update(guildId, ann, { nick: 'Ann', roleIds: [role.id] });
  roles.delete(guildId, role.id);
  members.leave(guildId, bob);
  members.join(guildId, bob);
  members.ban(guildId, cid, 'spam');
  members.unban(guildId, cid);
  members.ban(guildId, cid);
  const room = sim.world.channelsOf(guildId).find(({ type }) => type === 2)!;
  voice.enter(room.id, ann, { selfMute: true });
}
